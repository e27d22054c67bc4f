// SPDX-License-Identifier: Apache-2.0
// The checks that a file names, each with its kind and whatever else that file may state of it.
#ifndef VITALS_LIB_POLICY_POLICY_CHECKS_H
#define VITALS_LIB_POLICY_POLICY_CHECKS_H

#include <functional>
#include <span>
#include <string>

#include "absl/functional/function_ref.h"
#include "policy/policy_schema.h"
#include "yaml/yaml_reader.h"

namespace vitals {

// Which classes of infrastructure a check ignores is no field: `visit(check, list)` reads it.
using VisitIgnores = std::function<void(const std::string&, const YamlValue&)>;

struct CheckReader {
  YamlReader& in;
  std::span<const Field<CheckPolicy>> fields;             // those that the file may state
  absl::FunctionRef<void(const YamlValue&)> visit_value;  // each that was read
  absl::FunctionRef<void(const YamlValue&, const std::string& name,
                         const CheckPolicy&)>
      visit_check;                       // each whose kind is known
  VisitIgnores visit_ignores = nullptr;  // null: the file may not state it
};

// Reads a map of checks by name. What was not stated has its default by kind.
void read_checks(const CheckReader& reader, const YamlValue& map);

}  // namespace vitals

#endif  // VITALS_LIB_POLICY_POLICY_CHECKS_H
