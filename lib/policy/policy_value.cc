// SPDX-License-Identifier: Apache-2.0
#include "vitals/policy_value.h"

#include <array>

#include "policy/policy_schema.h"
#include "text/bridge.h"
#include "text/quote.h"
#include "text/words.h"
#include "vitals/text_time.h"
#include "yaml/yaml_values.h"

namespace vitals {
namespace {

constexpr std::string_view checks_prefix = "checks.";

constexpr std::string_view classes_prefix = "infrastructure.classes.";
constexpr std::array<std::string_view, 4> class_keys{"checks", "members", "lag", "needs"};

// `checks.NAME.KEY`, or that of a class; the name may have dots of its own.
struct NamedPath {
  std::string_view name;
  std::string_view key;
};

std::optional<NamedPath> split(std::string_view path, std::string_view prefix = checks_prefix) {
  if (path.substr(0, prefix.size()) != prefix) return std::nullopt;
  path.remove_prefix(prefix.size());
  const std::size_t dot = path.rfind('.');
  if (dot == std::string_view::npos) return std::nullopt;
  return NamedPath{path.substr(0, dot), path.substr(dot + 1)};
}

std::string list_of(const std::vector<std::string>& names) {
  std::string list;
  for (const std::string& name : names) list += (list.empty() ? "" : ", ") + printable(name);
  return cat("[", list, "]");
}

std::optional<std::string> value_of_class(const PolicySet& policy, const NamedPath& path) {
  const auto found = policy.classes.find(path.name);
  if (found == policy.classes.end()) return std::nullopt;
  const ClassPolicy& one = found->second;
  if (path.key == "checks") return list_of(one.checks);
  if (path.key == "needs") return list_of(one.needs);
  if (path.key == "lag") return format_duration(one.lag.value_or(default_lag(one, policy)));
  const auto* field = find_field(class_fields(), path.key);
  return field == nullptr ? std::nullopt : std::optional(field->write(one));
}

bool has_value(const CheckPolicy& check, std::string_view key) {
  return key != "period" || !is_infrastructure(check.kind);
}

absl::Status no_such_value(const PolicySet& policy, std::string_view path) {
  const std::vector<std::string> paths = value_paths(policy);
  const std::vector<std::string_view> known(paths.begin(), paths.end());
  const std::string nearest = did_you_mean(path, known);
  const std::string_view hint =
      nearest.empty() ? ", expected a path such as juggler.overhead; `vitals policy` prints all"
                      : std::string_view(nearest);
  return invalid(in_quotes(path), ": the policy has no such value", hint);
}

template <class Owner>
absl::Status read(const Field<Owner>& field, std::string_view path, std::string_view text,
                  Owner& to) {
  const YamlNode scalar{.type = YamlNode::Type::scalar, .text = std::string(text), .plain = true};
  const absl::Status status = field.read(scalar, to);
  return status.ok() ? status : invalid(printable(path), ": ", to_std(status.message()));
}

absl::Status no_single_value(std::string_view path) {
  return invalid(printable(path), ": a list of names, expected it to be stated in a policy file");
}

absl::Status refuse_kind(std::string_view path, const CheckPolicy& before,
                         const CheckPolicy& after) {
  if (is_infrastructure(before.kind) != is_infrastructure(after.kind)) {
    return invalid(printable(path), ": a check of kind ", name(before.kind),
                   " cannot become one of kind ", name(after.kind),
                   ": one is of hosts, the other of infrastructure");
  }
  if (is_infrastructure(after.kind) && after.required) {
    return invalid(printable(path), ": a check of kind ", name(after.kind),
                   " speaks of infrastructure and cannot be required, expected false");
  }
  return absl::OkStatus();
}

}  // namespace

std::vector<std::string> value_paths(const PolicySet& policy) {
  std::vector<std::string> paths;
  for (const auto& field : policy_fields()) paths.emplace_back(field.path);
  for (const auto& [name, check] : policy.checks) {
    for (const auto& field : check_fields()) {
      if (has_value(check, field.path)) paths.push_back(cat(checks_prefix, name, ".", field.path));
    }
    if (policy.ignores.contains(name)) paths.push_back(cat(checks_prefix, name, ".ignores"));
  }
  for (const auto& [name, one] : policy.classes) {
    for (const std::string_view key : class_keys) {
      paths.push_back(cat(classes_prefix, name, ".", key));
    }
  }
  return paths;
}

std::optional<std::string> value_of(const PolicySet& policy, std::string_view path) {
  if (const auto* field = find_field(policy_fields(), path)) return field->write(policy.constants);
  if (const auto of_class = split(path, classes_prefix)) return value_of_class(policy, *of_class);
  const std::optional<NamedPath> of_check = split(path);
  if (!of_check) return std::nullopt;
  if (of_check->key == "ignores") {
    const auto ignored = policy.ignores.find(of_check->name);
    if (ignored != policy.ignores.end()) return list_of(ignored->second);
  }
  const auto check = policy.checks.find(of_check->name);
  const auto* field = find_field(check_fields(), of_check->key);
  if (check == policy.checks.end() || field == nullptr) return std::nullopt;
  if (!has_value(check->second, field->path)) return std::nullopt;
  return field->write(check->second);
}

absl::Status set_value(PolicySet& policy, std::string_view path, std::string_view text) {
  if (!value_of(policy, path)) return no_such_value(policy, path);
  absl::Status status;
  if (const auto* field = find_field(policy_fields(), path)) {
    status = read(*field, path, text, policy.constants);
  } else if (const auto of_class = split(path, classes_prefix)) {
    const auto* field_of_class = find_field(class_fields(), of_class->key);
    if (field_of_class == nullptr) return no_single_value(path);
    status = read(*field_of_class, path, text, policy.classes.find(of_class->name)->second);
  } else {
    const NamedPath of_check = *split(path);
    if (find_field(check_fields(), of_check.key) == nullptr) return no_single_value(path);
    CheckPolicy& check = policy.checks.find(of_check.name)->second;
    CheckPolicy changed = check;
    status = read(*find_field(check_fields(), of_check.key), path, text, changed);
    if (status.ok()) status = refuse_kind(path, check, changed);
    if (status.ok()) check = changed;
  }
  if (status.ok()) {
    if (const auto origin = policy.origins.find(path); origin != policy.origins.end()) {
      policy.origins.erase(origin);
    }
  }
  return status;
}

std::vector<ValueDifference> differing_values(const PolicySet& first, const PolicySet& second) {
  std::vector<ValueDifference> differences;
  for (std::string& path : value_paths(first)) {
    ValueDifference found{.first = value_of(first, path), .second = value_of(second, path)};
    found.path = std::move(path);
    if (found.first != found.second) differences.push_back(std::move(found));
  }
  for (std::string& path : value_paths(second)) {
    if (value_of(first, path)) continue;
    ValueDifference found{.second = value_of(second, path)};
    found.path = std::move(path);
    differences.push_back(std::move(found));
  }
  return differences;
}

}  // namespace vitals
