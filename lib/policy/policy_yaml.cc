// SPDX-License-Identifier: Apache-2.0
#include "vitals/policy_yaml.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <memory>
#include <optional>
#include <utility>

#include "policy/policy_schema.h"
#include "policy/yaml_tree.h"
#include "text/bridge.h"
#include "text/quote.h"
#include "text/words.h"

namespace vitals {
namespace {

constexpr std::size_t longest_name = 255;  // bytes of a check's name

// Where in a policy a value stands, such as checks.ssh.period.
struct Path {
  std::string exact;  // key of PolicySet::origins
  std::string shown;  // in errors: a name that is no word is quoted

  [[nodiscard]] Path child(std::string_view key) const {
    const std::string shown_key =
        is_word(key) && key.size() <= longest_name ? std::string(key) : in_quotes(key);
    if (exact.empty()) return {std::string(key), shown_key};
    return {cat(exact, ".", key), cat(shown, ".", shown_key)};
  }
};

// Everything that is wrong with a policy, in the order of the file.
class Errors {
 public:
  explicit Errors(std::string_view source) : source_(printable(source)) {}

  void add(YamlPlace place, const Path& path, std::string_view what) {
    if (full()) return;
    const std::string_view separator = path.shown.empty() ? "" : ": ";
    errors_.emplace(place, cat(path.shown, separator, what));
  }

  // Nobody reads more; and it bounds the work on a map that is reached by thousands of aliases.
  [[nodiscard]] bool full() const { return errors_.size() >= most_errors; }

  [[nodiscard]] absl::Status status() {
    if (errors_.empty()) return absl::OkStatus();
    if (full()) errors_.emplace(errors_.rbegin()->first, "too many errors, the rest is not read");
    std::string lines;
    for (const auto& [place, message] : errors_) {
      absl::StrAppend(&lines, lines.empty() ? "" : "\n", source_, ":", place.line, ":",
                      place.column, ": ", message);
    }
    return absl::InvalidArgumentError(lines);
  }

 private:
  static constexpr std::size_t most_errors = 100;

  std::string source_;
  std::multimap<YamlPlace, std::string> errors_;  // those of one place as they were found
};

std::string_view described(YamlNode::Type type) {
  constexpr std::array<std::string_view, 4> words{"nothing", "a plain value", "a sequence",
                                                  "a map"};
  return words[static_cast<std::size_t>(type)];
}

// A null that is not written out has no place of its own.
YamlPlace value_place(const YamlEntry& entry) {
  return entry.value->type == YamlNode::Type::null ? entry.key->place : entry.value->place;
}

std::string joined(const std::vector<std::string_view>& words) {
  std::string out;
  for (const std::string_view word : words) {
    absl::StrAppend(&out, out.empty() ? "" : ", ", to_absl(word));
  }
  return out;
}

std::vector<std::string_view> keys_of_root() {
  std::vector<std::string_view> keys;
  for (const auto& field : policy_fields()) {
    if (keys.empty() || keys.back() != field.section()) keys.push_back(field.section());
  }
  keys.push_back("checks");
  return keys;
}

std::vector<std::string_view> keys_of_section(std::string_view section) {
  std::vector<std::string_view> keys;
  for (const auto& field : policy_fields()) {
    if (field.section() == section) keys.push_back(field.key());
  }
  return keys;
}

std::vector<std::string_view> keys_of_check() {
  std::vector<std::string_view> keys;
  for (const auto& field : check_fields()) keys.push_back(field.path);
  return keys;
}

template <class Owner>
const Field<Owner>* find_field(std::span<const Field<Owner>> fields, std::string_view path) {
  const auto found =
      std::find_if(fields.begin(), fields.end(), [&](const auto& f) { return f.path == path; });
  return found == fields.end() ? nullptr : &*found;
}

class PolicyReader {
 public:
  explicit PolicyReader(std::string_view source) : source_(source), errors_(source) {}

  absl::StatusOr<PolicySet> read(std::string_view yaml) {
    YamlTree tree;
    if (const auto error = parse_yaml(yaml, tree)) {
      errors_.add(error->place, {}, error->message);
    } else if (tree.root != nullptr && tree.root->type != YamlNode::Type::null) {
      read_root(*tree.root);
    }
    if (auto status = errors_.status(); !status.ok()) return status;
    return std::move(set_);
  }

 private:
  void read_root(const YamlNode& root) {
    if (!expect_map(root, root.place, {})) return;
    const std::vector<std::string_view> sections = keys_of_root();
    for_each_entry(root, {}, [&](const YamlEntry& entry, const Path& path) {
      if (std::find(sections.begin(), sections.end(), path.exact) == sections.end()) {
        unknown_key(entry, path, sections);
      } else if (expect_map(*entry.value, value_place(entry), path)) {
        path.exact == "checks" ? read_checks(entry, path) : read_section(*entry.value, path);
      }
    });
  }

  void read_section(const YamlNode& map, const Path& section) {
    for_each_entry(map, section, [&](const YamlEntry& entry, const Path& path) {
      if (const auto* field = find_field(policy_fields(), path.exact)) {
        read_value(entry, path, *field, set_.constants);
      } else {
        unknown_key(entry, path, keys_of_section(section.exact));
      }
    });
  }

  void read_checks(const YamlEntry& entry, const Path& path) {
    set_.checks.clear();
    set_.origins[path.exact] = origin_at(entry.key->place);
    if (entry.value->entries.size() > most_check_names) {
      errors_.add(entry.key->place, path,
                  cat(entry.value->entries.size(), " checks, expected at most ", most_check_names));
      return;
    }
    for_each_entry(*entry.value, path, [&](const YamlEntry& check, const Path& check_path) {
      const std::string& name = check.key->text;
      if (name.empty() || name.size() > longest_name) {
        errors_.add(check.key->place, check_path,
                    cat("a name of ", name.size(), " bytes, expected one of 1 to ", longest_name,
                        " bytes"));
      } else if (expect_map(*check.value, value_place(check), check_path)) {
        read_check(check, check_path);
      }
    });
  }

  void read_check(const YamlEntry& entry, const Path& check_path) {
    CheckPolicy check;
    StringMap<const YamlEntry*> given;
    bool kind_is_known = false;
    for_each_entry(*entry.value, check_path, [&](const YamlEntry& value, const Path& path) {
      const auto* field = find_field(check_fields(), value.key->text);
      if (field == nullptr) return unknown_key(value, path, keys_of_check());
      const bool is_read = read_value(value, path, *field, check);
      given[field->path] = &value;
      kind_is_known = kind_is_known || (is_read && field->path == "kind");
    });
    if (!given.contains("kind")) {
      errors_.add(entry.key->place, check_path,
                  cat("no kind, expected kind: ", find_field(check_fields(), "kind")->expected));
    }
    if (!kind_is_known) return;
    if (is_infrastructure(check.kind)) {
      refuse_for_infrastructure(check, given, check_path);
    } else if (!given.contains("period")) {
      check.period = default_period(check.kind);
    }
    set_.checks.emplace(entry.key->text, check);
  }

  void refuse_for_infrastructure(const CheckPolicy& check, const StringMap<const YamlEntry*>& given,
                                 const Path& path) {
    if (const auto period = given.find("period"); period != given.end()) {
      errors_.add(period->second->key->place, path.child("period"),
                  cat("a check of kind ", name(check.kind), " has no period, expected none"));
    }
    if (check.required) {
      errors_.add(value_place(*given.at("required")), path.child("required"),
                  cat("a check of kind ", name(check.kind),
                      " speaks of infrastructure and cannot be required, expected false"));
    }
  }

  // Calls visit(entry, path of its value) for each entry with a key of its own.
  template <class Visit>
  void for_each_entry(const YamlNode& map, const Path& path, const Visit& visit) {
    StringMap<int> lines;
    for (const YamlEntry& entry : map.entries) {
      if (errors_.full()) return;
      const YamlNode& key = *entry.key;
      if (key.type != YamlNode::Type::scalar || !key.tag.empty()) {
        const bool is_null = key.type == YamlNode::Type::null;
        errors_.add(key.place, path,
                    cat(key.tag.empty() ? described(key.type) : "a tag", " as a key, expected a ",
                        is_null ? "name (a name `null` needs quotes)" : "name"));
        continue;
      }
      const auto [first, is_first] = lines.try_emplace(key.text, key.place.line);
      if (is_first) {
        visit(entry, path.child(key.text));
      } else {
        errors_.add(key.place, path.child(key.text),
                    cat("given twice, first in line ", first->second, ", expected once"));
      }
    }
  }

  template <class Owner>
  bool read_value(const YamlEntry& entry, const Path& path, const Field<Owner>& field, Owner& to) {
    const YamlNode& value = *entry.value;
    if (value.type != YamlNode::Type::scalar) {
      errors_.add(value_place(entry), path,
                  cat(described(value.type), ", expected ", field.expected));
      return false;
    }
    if (!value.tag.empty()) {
      errors_.add(value.place, path,
                  cat("the tag ", in_quotes(value.tag), ", expected ", field.expected, " alone"));
      return false;
    }
    if (const absl::Status status = field.read(value, to); !status.ok()) {
      errors_.add(value.place, path, to_std(status.message()));
      return false;
    }
    set_.origins[path.exact] = origin_at(value.place);
    return true;
  }

  bool expect_map(const YamlNode& node, YamlPlace place, const Path& path) {
    if (node.type == YamlNode::Type::map && node.tag.empty()) return true;
    const std::string_view what = node.tag.empty() ? described(node.type) : "a tag";
    errors_.add(place, path, cat(what, ", expected a map"));
    return false;
  }

  void unknown_key(const YamlEntry& entry, const Path& path,
                   const std::vector<std::string_view>& known) {
    errors_.add(
        entry.key->place, path,
        cat("unknown key, expected one of ", joined(known), did_you_mean(entry.key->text, known)));
  }

  [[nodiscard]] std::string origin_at(YamlPlace place) const {
    return cat(source_, ":", place.line);
  }

  std::string source_;
  Errors errors_;
  PolicySet set_;
};

absl::StatusOr<std::string> read_start(const std::string& path, std::size_t most_bytes) {
  errno = 0;
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rb"),
                                                             std::fclose);
  std::string text(most_bytes, '\0');
  if (file != nullptr) text.resize(std::fread(text.data(), 1, text.size(), file.get()));
  if (file == nullptr || std::ferror(file.get()) != 0) {
    return absl::ErrnoToStatus(errno, printable(path));
  }
  return text;
}

}  // namespace

CheckSet default_check_set() {
  CheckSet checks;
  for (const NamedCheck& check : default_checks) checks.emplace(check.name, check.policy);
  return checks;
}

absl::StatusOr<PolicySet> parse_policy(std::string_view yaml, std::string_view source) {
  return PolicyReader(source).read(yaml);
}

absl::StatusOr<PolicySet> read_policy(const std::string& path) {
  const auto text = read_start(path, longest_yaml + 1);  // one more, to see that it is too long
  if (!text.ok()) return text.status();
  return parse_policy(*text, path);
}

}  // namespace vitals
