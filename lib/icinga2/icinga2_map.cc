// SPDX-License-Identifier: Apache-2.0
// The YAML map of Icinga's objects: strictly read, all errors in one go.
#include <algorithm>
#include <array>
#include <set>
#include <span>
#include <utility>

#include "absl/strings/str_split.h"
#include "recording/byte_source.h"
#include "text/bridge.h"
#include "text/quote.h"
#include "text/words.h"
#include "vitals/icinga2.h"
#include "yaml/yaml_tree.h"

namespace vitals {
namespace {

// Where the set behind a `[` ends: the index of its `]`; npos if it is not closed. A `]` that comes
// first belongs to the set.
std::size_t end_of_set(std::string_view pattern, std::size_t open) {
  std::size_t first = open + 1;
  if (first < pattern.size() && pattern[first] == '!') ++first;
  return pattern.find(']', first + 1);
}

// `set` is what stands between the brackets.
bool set_contains(std::string_view set, char c) {
  const bool inverted = !set.empty() && set.front() == '!';
  if (inverted) set.remove_prefix(1);
  bool found = false;
  for (std::size_t i = 0; i < set.size(); ++i) {
    if (i + 2 < set.size() && set[i + 1] == '-') {
      found = found || (set[i] <= c && c <= set[i + 2]);
      i += 2;
    } else {
      found = found || set[i] == c;
    }
  }
  return found != inverted;
}

// Whether the piece of the pattern at `at`, which is no `*`, matches; `at` moves behind it.
bool matches_piece(std::string_view pattern, std::size_t& at, char c) {
  const char piece = pattern[at++];
  if (piece == '?') return true;
  if (piece != '[') return piece == c;
  const std::size_t end = end_of_set(pattern, at - 1);
  if (end == std::string_view::npos) return piece == c;
  const std::string_view set = pattern.substr(at, end - at);
  at = end + 1;
  return set_contains(set, c);
}

// Whether each `[` of the pattern has its `]`.
bool is_closed(std::string_view pattern) {
  for (std::size_t at = 0; at < pattern.size(); ++at) {
    if (pattern[at] != '[') continue;
    at = end_of_set(pattern, at);
    if (at == std::string_view::npos) return false;
  }
  return true;
}

}  // namespace

// On a mismatch only the last `*` takes one more character, so the work is bounded by the product
// of the lengths.
bool matches_pattern(std::string_view pattern, std::string_view name) {
  std::size_t at = 0;
  std::size_t star = std::string_view::npos;  // behind the last `*`
  std::size_t retry = 0;                      // where that `*` ends in the name
  for (std::size_t i = 0; i < name.size();) {
    if (at < pattern.size() && pattern[at] == '*') {
      star = ++at;
      retry = i;
    } else if (at < pattern.size() && matches_piece(pattern, at, name[i])) {
      ++i;
    } else if (star != std::string_view::npos) {
      at = star;
      i = ++retry;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', at) == std::string_view::npos;
}

const Icinga2Class* class_of(const Icinga2Map& map, std::string_view name) {
  for (const Icinga2Class* what : {&map.switches, &map.racks, &map.hosts}) {
    for (const std::string& pattern : what->match) {
      if (matches_pattern(pattern, name)) return what;
    }
  }
  return nullptr;
}

namespace {

using Words = std::span<const std::string_view>;
constexpr std::array<std::string_view, 5> map_keys{"hosts", "switches", "racks", "topology",
                                                   "renames"};
constexpr std::array<std::string_view, 3> class_keys{"match", "services", "host_check"};
constexpr std::array<std::string_view, 2> check_keys{"check", "measured"};
constexpr std::array<std::string_view, 2> place_keys{"switch", "rack"};

class MapParser {
 public:
  explicit MapParser(std::string_view source) : source_(source) {}

  absl::StatusOr<Icinga2Map> parse(std::string_view yaml) {
    Icinga2Map map;
    YamlTree tree;
    if (const std::optional<YamlError> wrong = parse_yaml(yaml, tree)) {
      error(wrong->place, wrong->message);
    } else if (tree.root != nullptr && tree.root->type != YamlNode::Type::null) {
      read(*tree.root, map);
    }
    if (!errors_.empty()) return absl::InvalidArgumentError(errors_);
    return map;
  }

 private:
  void error(const YamlPlace& place, std::string_view message) {
    if (++error_count_ > most_errors) return;
    if (!errors_.empty()) errors_ += '\n';
    errors_ += cat(source_, ":", place.line, ":", place.column, ": ", message);
  }

  // Calls `visit(key, value)` for each entry of a map whose keys are names, each there once.
  template <class Visitor>
  void for_each_entry(const YamlNode& node, std::string_view what, Visitor&& visit) {
    if (node.type != YamlNode::Type::map) return error(node.place, cat(what, " must be a map"));
    std::set<std::string_view> seen;
    for (const auto& [key, value] : node.entries) {
      if (error_count_ > most_errors) return;
      if (key->type != YamlNode::Type::scalar || key->text.empty()) {
        error(key->place, cat("a key of ", what, " must be a name"));
      } else if (!seen.insert(key->text).second) {
        error(key->place, cat(in_quotes(key->text), " stands twice in ", what));
      } else {
        visit(*key, *value);
      }
    }
  }

  // As for_each_entry(), where only some keys are known.
  template <class Visitor>
  void for_each_known(const YamlNode& node, std::string_view what, Words known, Visitor&& visit) {
    for_each_entry(node, what, [&](const YamlNode& key, const YamlNode& value) {
      if (std::find(known.begin(), known.end(), key.text) != known.end()) {
        return visit(std::string_view(key.text), value);
      }
      error(key.place, cat("unknown key ", in_quotes(key.text), ", expected ", joined(known),
                           did_you_mean(key.text, known)));
    });
  }

  std::string name(const YamlNode& node, std::string_view what) {
    const bool scalar = node.type == YamlNode::Type::scalar && node.tag.empty();
    if (scalar && !node.text.empty() && node.text.size() <= longest_name) return node.text;
    error(node.place, cat(what, " must be a name of 1 to ", longest_name, " bytes"));
    return {};
  }

  // Patterns with blanks between them.
  std::vector<std::string> patterns(const YamlNode& node, std::string_view what) {
    std::vector<std::string> all;
    if (node.type == YamlNode::Type::scalar && node.tag.empty()) {
      all = absl::StrSplit(node.text, ' ', absl::SkipEmpty());
    }
    if (all.empty()) error(node.place, cat(what, " must be patterns of names, blanks between"));
    for (const std::string& pattern : all) {
      if (is_closed(pattern)) continue;
      error(node.place, cat("the pattern ", in_quotes(pattern), " has a [ that no ] closes"));
    }
    return all;
  }

  // `NAME`, or `{check: NAME, measured: execution_end}`.
  Icinga2Check check(const YamlNode& node, std::string_view what) {
    if (node.type != YamlNode::Type::map) return {.name = name(node, what)};
    Icinga2Check result;
    bool named = false;
    for_each_known(node, what, check_keys, [&](std::string_view key, const YamlNode& value) {
      if (key == "check") {
        named = true;
        result.name = name(value, key);
      } else if (value.text == "execution_end") {
        result.measured_at_execution_end = true;
      } else {
        error(value.place, "measured must be execution_end");
      }
    });
    if (!named) error(node.place, cat(what, " has no check, expected its name in the recording"));
    return result;
  }

  void read_class(const YamlNode& node, std::string_view what, Icinga2Class& result) {
    for_each_known(node, what, class_keys, [&](std::string_view key, const YamlNode& value) {
      if (key == "match") {
        result.match = patterns(value, key);
      } else if (key == "host_check") {
        result.host_check = check(value, key);
      } else {
        result.services.emplace();
        for_each_entry(value, key, [&](const YamlNode& of, const YamlNode& to) {
          result.services->emplace(of.text, check(to, in_quotes(of.text)));
        });
      }
    });
    if (result.match.empty()) error(node.place, cat(what, " has no match, expected patterns"));
  }

  Icinga2Place place(const YamlNode& node, std::string_view what) {
    if (node.type == YamlNode::Type::null) {
      // A half-finished edit must not take the host's switch away.
      if (node.text.empty()) error(node.place, cat(what, " has no value, expected a name or null"));
      return {.says = Place::Says::none};
    }
    return {.says = Place::Says::name, .name = name(node, cat(what, ", if not null,"))};
  }

  Icinga2Topology topology_entry(const YamlNode& hosts, const YamlNode& places) {
    Icinga2Topology entry{.hosts = patterns(hosts, "a key of topology")};
    for_each_known(places, in_quotes(hosts.text), place_keys,
                   [&](std::string_view key, const YamlNode& value) {
                     (key == "switch" ? entry.on_switch : entry.in_rack) = place(value, key);
                   });
    if (places.type == YamlNode::Type::map && places.entries.empty()) {
      error(places.place, cat(in_quotes(hosts.text), " states neither switch nor rack"));
    }
    return entry;
  }

  // Both names must be of hosts, which the whole map tells.
  void check_renames(const YamlNode& node, const Icinga2Map& map) {
    std::set<std::string_view> new_names;
    for (const auto& [from, to] : node.entries) {
      for (const YamlNode* side : {from, to}) {
        if (class_of(map, side->text) == &map.hosts) continue;
        error(side->place, cat(in_quotes(side->text), " is no host by this map"));
      }
      if (!new_names.insert(to->text).second) {
        error(to->place, cat("two hosts become ", in_quotes(to->text)));
      }
    }
  }

  void read(const YamlNode& root, Icinga2Map& map) {
    const YamlNode* renames = nullptr;
    for_each_known(root, "the map", map_keys, [&](std::string_view key, const YamlNode& value) {
      if (key == "hosts") {
        read_class(value, key, map.hosts);
      } else if (key == "switches") {
        read_class(value, key, map.switches);
      } else if (key == "racks") {
        read_class(value, key, map.racks);
      } else if (key == "topology") {
        for_each_entry(value, key, [&](const YamlNode& hosts, const YamlNode& places) {
          map.topology.push_back(topology_entry(hosts, places));
        });
      } else {
        renames = &value;
        for_each_entry(value, key, [&](const YamlNode& from, const YamlNode& to) {
          map.renames.emplace(from.text, name(to, "a new name"));
        });
      }
    });
    if (renames != nullptr && errors_.empty()) check_renames(*renames, map);
  }

  // Nobody reads more; and it bounds the work on a map that is reached by thousands of aliases.
  static constexpr int most_errors = 100;

  std::string source_;
  std::string errors_;
  int error_count_ = 0;
};

}  // namespace

absl::StatusOr<Icinga2Map> parse_icinga2_map(std::string_view yaml, std::string_view source) {
  return MapParser(source).parse(yaml);
}

absl::StatusOr<Icinga2Map> read_icinga2_map(const std::string& path) {
  const auto named = [&](const absl::Status& status) {
    return absl::Status(status.code(), cat(path, ": ", to_std(status.message())));
  };
  const auto bytes = open_bytes(path);
  if (!bytes.ok()) return named(bytes.status());
  std::string yaml;
  std::size_t size = 0;
  do {
    constexpr std::size_t portion = std::size_t{1} << 16U;
    yaml.resize(size + portion);
    const absl::StatusOr<std::size_t> count = (*bytes)->read(yaml.data() + size, portion);
    if (!count.ok()) return named(count.status());
    yaml.resize(size += *count);
    if (*count == 0) break;
  } while (size <= longest_yaml);  // parse_yaml() says that it is too long
  return parse_icinga2_map(yaml, path);
}

}  // namespace vitals
