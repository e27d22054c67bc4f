// SPDX-License-Identifier: Apache-2.0
#include "scenario/scenario_policy.h"

#include <algorithm>
#include <filesystem>
#include <set>
#include <utility>
#include <vector>

#include "policy/policy_schema.h"
#include "text/quote.h"
#include "text/words.h"
#include "yaml/yaml_values.h"

namespace vitals {
namespace {

constexpr std::string_view usage =
    "policy FILE.yaml, policy SECTION.KEY VALUE, policy check NAME KIND [period=DURATION] "
    "[accuracy=DURATION] [required], or policy checks none";
constexpr std::string_view class_usage =
    "policy class NAME check=CHECK... [members=all|any] [lag=DURATION] [needs=CLASS...]";

// Reads one value as a policy file would.
template <class Owner>
void read_field(LineReader& in, const Field<Owner>& field, std::string text, Owner& into) {
  const YamlNode scalar{.type = YamlNode::Type::scalar, .text = std::move(text), .plain = true};
  const absl::Status status = field.read(scalar, into);
  if (!status.ok()) in.fail(cat(field.path, ": ", to_std(status.message())));
}

// `period=5m`, `accuracy=60s` or `required`; `stated` has the keys that stood before.
void read_option(LineReader& in, std::set<std::string>& stated, CheckPolicy& check) {
  const Word word = in.take("an option");
  const std::size_t equals = word.text.find('=');
  const std::string key = word.text.substr(0, equals);
  if (word.is("required")) {
    check.required = true;
  } else if (equals != std::string::npos && (key == "period" || key == "accuracy")) {
    read_field(in, *find_field(check_fields(), key), word.text.substr(equals + 1), check);
  } else {
    constexpr std::string_view options[] = {"period=DURATION", "accuracy=DURATION", "required"};
    in.fail(unknown_word("option", word.text, options));
  }
  if (!stated.insert(key).second) in.fail(cat(key, " is stated twice"));
}

bool is_policy_file(std::string_view path) {
  return path.ends_with(".yaml") || path.ends_with(".yml");
}

}  // namespace

void ScenarioPolicy::read(LineReader& in, std::uint64_t line) {
  in.set_usage(usage);
  if (in.take_if("check")) {
    read_check(in, line);
  } else if (in.take_if("checks")) {
    read_checks(in);
  } else if (in.take_if("class")) {
    in.set_usage(class_usage);
    read_class(in, line);
  } else if (in.take_if("ignores")) {
    in.set_usage("policy ignores CHECK CLASS...");
    read_ignores(in, line);
  } else {
    const std::string path = in.take("a constant or a file").text;
    if (in.failed()) return;
    is_policy_file(path) ? read_file(in, path, line) : read_constant(in, path, line);
  }
  in.expect_end();
}

void ScenarioPolicy::state(LineReader& in, const std::string& path, std::uint64_t line) {
  if (in.failed()) return;
  const auto [place, is_new] = stated_.emplace(path, line);
  if (!is_new) in.fail(cat(path, " is stated twice, first in line ", place->second));
}

void ScenarioPolicy::read_checks(LineReader& in) {
  in.take_keyword("none");
  if (own_checks_) in.fail("policy checks none, expected before every policy check");
  own_checks_ = true;
  policy_.checks.clear();
}

void ScenarioPolicy::read_check(LineReader& in, std::uint64_t line) {
  const std::string name = in.take_name("NAME");
  const std::string kind = in.take("KIND").text;
  if (in.failed()) return;
  CheckPolicy check;
  read_field(in, *find_field(check_fields(), "kind"), kind, check);
  std::set<std::string> stated;
  while (!in.at_end()) read_option(in, stated, check);
  if (is_infrastructure(check.kind)) {
    if (check.required) in.fail(cat(kind, " checks cannot be required, expected no `required`"));
    if (check.period > Seconds{0}) in.fail(cat(kind, " checks have no period, expected none"));
  } else if (check.period == Seconds{0}) {
    check.period = default_period(check.kind);
  }
  state(in, cat("check ", name), line);
  if (in.failed()) return;
  if (!own_checks_) policy_.checks.clear();
  own_checks_ = true;
  policy_.checks[name] = check;
}

// A check or class of the lines above: so no class can need itself.
void ScenarioPolicy::add_name(LineReader& in, const std::string& name, bool of_class,
                              std::vector<std::string>& names) const {
  const auto check = policy_.checks.find(name);
  const bool is_check = check != policy_.checks.end() && !is_infrastructure(check->second.kind);
  if (of_class ? !policy_.classes.contains(name) : !is_check) {
    in.fail(cat(in_quotes(name), ", expected a ", of_class ? "class" : "check of hosts",
                " of the lines above"));
  }
  const auto place = std::lower_bound(names.begin(), names.end(), name);
  if (place != names.end() && *place == name) in.fail(cat(in_quotes(name), " stands here twice"));
  names.insert(place, name);
}

void ScenarioPolicy::read_class(LineReader& in, std::uint64_t line) {
  const std::string name = in.take_name("NAME");
  if (name == "switch" || name == "rack") in.fail(cat("the class ", name, " is built in"));
  ClassPolicy one;
  std::set<std::string> stated;
  while (!in.at_end()) {
    const Word word = in.take("an option");
    const std::size_t equals = std::min(word.text.find('='), word.text.size());
    const std::string key = word.text.substr(0, equals);
    const std::string value = word.text.substr(std::min(equals + 1, word.text.size()));
    if (const auto* field = find_field(class_fields(), key)) {
      if (!stated.insert(key).second) in.fail(cat(key, " is stated twice"));
      read_field(in, *field, value, one);
    } else if (key == "check") {
      add_name(in, value, false, one.checks);
    } else if (key == "needs") {
      add_name(in, value, true, one.needs);
    } else {
      constexpr std::string_view options[] = {"check=CHECK", "members=all", "members=any",
                                              "lag=DURATION", "needs=CLASS"};
      in.fail(unknown_word("option", word.text, options));
    }
  }
  if (one.checks.empty()) in.fail("no check=, expected those that speak for the members");
  for (const auto& [other, its] : policy_.classes) {
    for (const std::string& check : one.checks) {
      const bool speaks =
          std::find(its.checks.begin(), its.checks.end(), check) != its.checks.end();
      if (speaks) in.fail(cat(in_quotes(check), " speaks for ", in_quotes(other), " already"));
    }
  }
  state(in, cat("class ", name), line);
  if (!in.failed()) policy_.classes[name] = std::move(one);
}

void ScenarioPolicy::read_ignores(LineReader& in, std::uint64_t line) {
  const std::string check = in.take_name("CHECK");
  const auto found = policy_.checks.find(check);
  if (found == policy_.checks.end() || found->second.kind != Kind::active) {
    in.fail(cat(in_quotes(check), ", expected an active check of the lines above"));
  }
  state(in, cat("what ", check, " ignores"), line);
  std::vector<std::string> ignored;
  do {
    add_name(in, in.take("CLASS").text, true, ignored);
  } while (!in.at_end());
  if (!in.failed()) policy_.ignores[check] = std::move(ignored);
}

void ScenarioPolicy::read_file(LineReader& in, const std::string& path, std::uint64_t line) {
  if (!stated_.empty() || own_checks_) {
    in.fail("a policy file, expected before all other policy lines");
    return;
  }
  state(in, "the policy file", line);
  absl::StatusOr<PolicySet> policy = read_policy((std::filesystem::path(folder_) / path).string());
  if (policy.ok()) {
    policy_ = *std::move(policy);
  } else {
    in.fail(std::string(policy.status().message()));
  }
}

void ScenarioPolicy::read_constant(LineReader& in, const std::string& path, std::uint64_t line) {
  std::vector<std::string_view> known;
  for (const Field<Policy>& field : policy_fields()) {
    known.push_back(field.path);
    if (field.path != path) continue;
    const std::string value = in.take(field.expected).text;
    if (in.failed()) return;
    read_field(in, field, value, policy_.constants);
    state(in, path, line);
    return;
  }
  in.fail(
      cat("unknown constant ", in_quotes(path), ", expected: ", usage, did_you_mean(path, known)));
}

}  // namespace vitals
