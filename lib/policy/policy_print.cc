// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <utility>

#include "policy/policy_schema.h"
#include "text/bridge.h"
#include "text/json_text.h"
#include "text/quote.h"
#include "text/words.h"
#include "vitals/policy_yaml.h"
#include "vitals/text_time.h"

namespace vitals {
namespace {

// Lines of YAML with a comment each, aligned.
class CommentedLines {
 public:
  void add(std::string text, std::string_view comment) {
    lines_.push_back({std::move(text), printable(comment)});
  }

  [[nodiscard]] std::string text() const {
    constexpr std::size_t widest = 40;  // a longer line does not push all comments away
    std::size_t width = 0;
    for (const auto& [text, comment] : lines_) width = std::max(width, text.size());
    width = std::min(width, widest);
    std::string out;
    for (const auto& [text, comment] : lines_) {
      out += text;
      if (!comment.empty()) {
        out.append(text.size() < width ? width - text.size() : 0, ' ');
        out += "  # " + comment;
      }
      out += '\n';
    }
    return out;
  }

 private:
  std::vector<std::pair<std::string, std::string>> lines_;
};

std::string origin_of(const PolicySet& policy, std::string_view path, bool is_default,
                      Origin default_origin) {
  const auto found = policy.origins.find(path);
  if (found != policy.origins.end()) return found->second;
  return is_default ? cat("default (", name(default_origin), ")") : "set without a file";
}

std::string yaml_key(const std::string& name) {
  constexpr std::array<std::string_view, 3> nulls{"null", "Null", "NULL"};
  if (is_word(name) && std::find(nulls.begin(), nulls.end(), name) == nulls.end()) return name;
  std::string quoted_name;
  append_json_string(quoted_name, name);  // JSON's escapes are YAML's in double quotes
  return quoted_name;
}

void print_constants(const PolicySet& policy, CommentedLines& out) {
  const Policy defaults;
  std::string_view section;
  for (const auto& field : policy_fields()) {
    if (section_of(field.path) != section) {
      section = section_of(field.path);
      out.add(cat(section, ":"), "");
    }
    const std::string value = field.write(policy.constants);
    out.add(cat("  ", key_of(field.path), ": ", value),
            origin_of(policy, field.path, value == field.write(defaults), field.origin));
  }
}

std::string yaml_list(const std::vector<std::string>& names) {
  std::string list;
  for (const std::string& name : names) list += (list.empty() ? "" : ", ") + yaml_key(name);
  return cat("[", list, "]");
}

// They stand in the last section of the constants.
void print_classes(const PolicySet& policy, CommentedLines& out) {
  if (policy.classes.empty()) return;
  out.add("  classes:", origin_of(policy, "infrastructure.classes", false, Origin::chosen));
  for (const auto& [name, one] : policy.classes) {
    out.add(cat("    ", yaml_key(name), ":"), "");
    const auto add = [&, &name = name](std::string_view key, const std::string& value,
                                       bool is_default, Origin origin) {
      const std::string path = cat("infrastructure.classes.", name, ".", key);
      out.add(cat("      ", key, ": ", value), origin_of(policy, path, is_default, origin));
    };
    const Seconds usual_lag = default_lag(one, policy);
    const Seconds lag = one.lag.value_or(usual_lag);
    add("checks", yaml_list(one.checks), false, Origin::chosen);
    add("members", std::string(quorum_names[static_cast<std::size_t>(one.members)]),
        one.members == Quorum::all, Origin::chosen);
    add("lag", format_duration(lag), lag == usual_lag, Origin::derived);
    add("needs", yaml_list(one.needs), one.needs.empty(), Origin::chosen);
  }
}

void print_check(const PolicySet& policy, const std::string& name, const CheckPolicy& check,
                 CommentedLines& out) {
  const auto known = std::find_if(default_checks.begin(), default_checks.end(),
                                  [&](const NamedCheck& one) { return one.name == name; });
  const bool is_of_default_set =
      known != default_checks.end() && !policy.origins.contains("checks");
  const CheckPolicy unsaid =
      is_of_default_set ? known->policy
                        : CheckPolicy{.kind = check.kind, .period = default_period(check.kind)};
  out.add(cat("  ", yaml_key(name), ":"), "");
  for (const auto& field : check_fields()) {
    if (field.path == "period" && is_infrastructure(check.kind)) continue;
    const std::string value = field.write(check);
    const bool has_default = is_of_default_set || field.path != "kind";
    out.add(cat("    ", field.path, ": ", value),
            origin_of(policy, cat("checks.", name, ".", field.path),
                      has_default && value == field.write(unsaid),
                      default_origin(field, name, check.kind)));
  }
  if (const auto ignored = policy.ignores.find(name); ignored != policy.ignores.end()) {
    out.add(cat("    ignores: ", yaml_list(ignored->second)),
            origin_of(policy, cat("checks.", name, ".ignores"), false, Origin::chosen));
  }
}

}  // namespace

std::string to_yaml(const PolicySet& policy) {
  CommentedLines out;
  print_constants(policy, out);
  print_classes(policy, out);
  const bool as_default = policy.checks == default_check_set();
  out.add(policy.checks.empty() ? "checks: {}" : "checks:",
          origin_of(policy, "checks", as_default, Origin::chosen));
  for (const auto& [name, check] : policy.checks) print_check(policy, name, check, out);
  return out.text();
}

}  // namespace vitals
