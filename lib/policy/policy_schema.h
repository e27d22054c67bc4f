// SPDX-License-Identifier: Apache-2.0
// Every value that a policy file may state, as one table: its path, where its default comes from,
// and how it is read and written. Reading, printing and origins all follow from it.
#ifndef VITALS_LIB_POLICY_POLICY_SCHEMA_H
#define VITALS_LIB_POLICY_POLICY_SCHEMA_H

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "vitals/policy.h"
#include "vitals/policy_yaml.h"
#include "yaml/yaml_values.h"

namespace vitals {

// Where the number of a default comes from. Source: SPEC 2.
enum class Origin : std::uint8_t { given, derived, chosen };
[[nodiscard]] std::string_view name(Origin origin);

// One value of an Owner, which is Policy, CheckPolicy or ClassPolicy.
template <class Owner>
struct Field {
  std::string_view path;  // `SECTION.KEY`; of a check `KEY` alone
  Origin origin;
  std::string_view expected;                                // as errors say it
  absl::Status (*read)(const YamlNode& scalar, Owner& to);  // errors: what, expected what
  std::string (*write)(const Owner& from);                  // read() reads it back
};

// The constants of the policy, those of a section side by side, in the order in which they print.
[[nodiscard]] std::span<const Field<Policy>> policy_fields();

// The values of one check. Which of them a kind has, and what they default to, is not in the table.
[[nodiscard]] std::span<const Field<CheckPolicy>> check_fields();

// The values of one class that are no lists. Its lag is written only where the policy states it.
[[nodiscard]] std::span<const Field<ClassPolicy>> class_fields();

// Where the default of a check's value comes from: the field's origin, but for the few that the
// text itself states.
[[nodiscard]] Origin default_origin(const Field<CheckPolicy>& field, std::string_view check_name,
                                    Kind kind);

}  // namespace vitals

#endif  // VITALS_LIB_POLICY_POLICY_SCHEMA_H
