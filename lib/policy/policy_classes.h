// SPDX-License-Identifier: Apache-2.0
// The classes of infrastructure that a policy file declares, and which of them a check ignores.
#ifndef VITALS_LIB_POLICY_POLICY_CLASSES_H
#define VITALS_LIB_POLICY_POLICY_CLASSES_H

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "vitals/policy_yaml.h"
#include "yaml/yaml_reader.h"

namespace vitals {

// Names are looked up only when everything was read: checks may stand behind the classes.
class ClassReader {
 public:
  using VisitValue = std::function<void(const YamlPath&, YamlPlace)>;

  // `in` must outlive it; `visit_value` is called with each value that was read.
  ClassReader(YamlReader& in, VisitValue visit_value)
      : in_(in), visit_value_(std::move(visit_value)) {}

  // Reads a map of classes by name.
  void read(const YamlValue& map);

  // Reads the list of classes that a check ignores.
  void read_ignores(const std::string& check, const YamlValue& list);

  // Notes a check that the file has, even if it cannot be read: whoever names it is not to blame.
  void note_check(const std::string& name) { checks_.insert(name); }

  // Looks the names up, and gives the policy what was read.
  void finish(PolicySet& policy);

 private:
  // A name of something that must be declared elsewhere in the file.
  struct Stated {
    std::string name;
    YamlPlace place;
    YamlPath path;
  };
  struct OneClass {
    ClassPolicy policy;
    YamlPlace place;
    YamlPath path;
    std::vector<Stated> checks;
    std::vector<Stated> needs;
  };

  void read_class(const YamlNode& name, const YamlValue& map);
  void read_value(OneClass& one, const YamlNode& key, const YamlValue& value);
  std::vector<Stated> read_names(const YamlValue& list);
  void look_up_checks(const PolicySet& policy);
  void look_up_classes();
  void look_up_class(const Stated& stated);
  void look_up_ignores(const PolicySet& policy);
  void find_circles();
  void walk(const std::string& name, std::vector<std::string>& way,
            std::map<std::string, bool>& is_done);

  YamlReader& in_;
  VisitValue visit_value_;
  std::set<std::string> checks_;
  std::map<std::string, OneClass> classes_;
  std::map<std::string, std::vector<Stated>> ignores_;  // by check
};

}  // namespace vitals

#endif  // VITALS_LIB_POLICY_POLICY_CLASSES_H
