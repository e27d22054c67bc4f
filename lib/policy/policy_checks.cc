// SPDX-License-Identifier: Apache-2.0
#include "policy/policy_checks.h"

#include <vector>

#include "text/bridge.h"
#include "vitals/event.h"

namespace vitals {
namespace {

// Where a value of a check stands.
struct Given {
  YamlPlace key;
  YamlPlace value;
};

class OneCheck {
 public:
  explicit OneCheck(const CheckReader& reader) : reader_(reader), in_(reader.in) {}

  void read(const YamlNode& name, const YamlValue& map) {
    name_ = name.text;
    in_.for_each_entry(map.node, map.path, [&](const YamlNode& key, const YamlValue& value) {
      read_value(key, value);
    });
    if (!given_.contains("kind")) {
      in_.errors().add(
          name.place, map.path,
          cat("no kind, expected kind: ", find_field(reader_.fields, "kind")->expected));
    }
    if (!kind_is_known_) return;
    if (is_infrastructure(check_.kind)) {
      refuse_for_infrastructure(map.path);
    } else if (!given_.contains("period")) {
      check_.period = default_period(check_.kind);
    }
    reader_.visit_check(map, name.text, check_);
  }

 private:
  void read_value(const YamlNode& key, const YamlValue& value) {
    const auto* field = find_field(reader_.fields, key.text);
    if (field == nullptr) {
      std::vector<std::string_view> known = outermost_keys(reader_.fields);
      if (reader_.visit_ignores != nullptr) {
        if (key.text == "ignores") return reader_.visit_ignores(name_, value);
        known.push_back("ignores");
      }
      in_.unknown_key(key, value.path, known);
      return;
    }
    given_[field->path] = {key.place, value.place};
    if (!in_.expect_scalar(value, field->expected)) return;
    if (const absl::Status status = field->read(value.node, check_); !status.ok()) {
      in_.error(value, to_std(status.message()));
      return;
    }
    reader_.visit_value(value);
    if (field->path == "kind") kind_is_known_ = true;
  }

  void refuse_for_infrastructure(const YamlPath& path) {
    if (const auto period = given_.find("period"); period != given_.end()) {
      in_.errors().add(period->second.key, path.child("period"),
                       cat("a check of kind ", name(check_.kind), " has no period, expected none"));
    }
    if (check_.required) {
      in_.errors().add(given_.at("required").value, path.child("required"),
                       cat("a check of kind ", name(check_.kind),
                           " speaks of infrastructure and cannot be required, expected false"));
    }
  }

  const CheckReader& reader_;
  YamlReader& in_;
  std::string name_;
  CheckPolicy check_;
  StringMap<Given> given_;
  bool kind_is_known_ = false;
};

}  // namespace

void read_checks(const CheckReader& reader, const YamlValue& map) {
  reader.in.for_each_entry(map.node, map.path, [&](const YamlNode& name, const YamlValue& check) {
    if (name.text.empty() || name.text.size() > longest_name) {
      reader.in.errors().add(name.place, check.path,
                             cat("a name of ", name.text.size(), " bytes, expected one of 1 to ",
                                 longest_name, " bytes"));
    } else if (reader.in.expect_map(check)) {
      OneCheck(reader).read(name, check);
    }
  });
}

}  // namespace vitals
