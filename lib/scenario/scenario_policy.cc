// SPDX-License-Identifier: Apache-2.0
#include "scenario/scenario_policy.h"

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
