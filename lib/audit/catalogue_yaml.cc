// SPDX-License-Identifier: Apache-2.0
#include "vitals/audit/catalogue_yaml.h"

#include <array>
#include <charconv>
#include <deque>
#include <optional>
#include <set>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "audit/catalogue_values.h"
#include "audit/stated_audit.h"
#include "text/bridge.h"
#include "text/quote.h"
#include "text/words.h"
#include "vitals/audit/expansion.h"
#include "yaml/yaml_reader.h"

namespace vitals::audit {
namespace {

constexpr std::array<std::string_view, 5> host_keys{"address", "groups", "switch", "rack", "needs"};
constexpr std::array<std::string_view, 3> group_keys{"hosts", "repairs_at_once", "needs"};
constexpr std::array<std::string_view, 1> owner_keys{"audits"};

// Among more names than these nobody is asked which one was meant: each costs time.
constexpr std::size_t most_known_names = 2000;

// What aliases can make of a megabyte: memberships, members of classes, and bytes of commands.
constexpr std::size_t most_memberships = 1'000'000;
constexpr std::size_t most_needed = 1'000'000;
constexpr std::size_t most_bytes_of_commands = std::size_t{1} << 26;

std::size_t bytes_of(const std::vector<std::string>& command) {
  std::size_t bytes = sizeof(Audit);
  for (const std::string& argument : command) bytes += sizeof(argument) + argument.size();
  return bytes;
}

std::optional<RepairLimit> parse_limit(std::string_view text) {
  const bool is_percent = text.ends_with('%');
  if (is_percent) text.remove_suffix(1);
  std::uint32_t number = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool is_number = read.ec == std::errc() && read.ptr == text.data() + text.size();
  const std::uint32_t most = is_percent ? 100 : 1'000'000;
  if (!is_number || text.front() == '0' || number > most) return std::nullopt;
  return RepairLimit{.number = number, .is_percent = is_percent};
}

// One file of the catalogue, kept until everything that it speaks of is known.
struct File {
  explicit File(const CatalogueFile& file) : name(printable(file.name)), in(file.name) {
    root = in.read_map(file.text, tree);
  }
  [[nodiscard]] Origin origin(YamlPlace place) const {
    return {cat(name, ":", place.line, ":", place.column)};
  }

  std::string name;
  YamlReader in;
  YamlTree tree;
  const YamlNode* root = nullptr;
};

// Something that a file says, to be understood when all files are read.
struct Said {
  File* file;
  const YamlNode* key;
  YamlValue value;
};

class CatalogueReader {
 public:
  absl::StatusOr<Catalogue> read(std::span<const CatalogueFile> files) {
    for (const CatalogueFile& file : files) files_.emplace_back(file);
    for (File& file : files_) {
      if (file.root != nullptr) read_root(file);
    }
    for (const auto& [name, said] : groups_) read_group(said);
    for (const Said& said : owners_) read_owner(said);
    for (const Membership& membership : memberships_) {
      if (is_too_much_ || membership.file->in.errors().full()) break;
      join(membership);
    }
    if (absl::Status status = errors(); !status.ok()) return status;
    sort(catalogue_);
    const auto expanded = expand(catalogue_);
    if (!expanded.ok()) return expanded.status();
    return std::move(catalogue_);
  }

 private:
  struct SaidAt {
    File* file;
    YamlPlace place;
  };

  struct Membership {
    File* file;
    std::string host;
    YamlValue group;
  };

  absl::Status errors() const {
    std::string text;
    for (const File& file : files_) {
      const absl::Status status = const_cast<File&>(file).in.errors().status();
      if (status.ok()) continue;
      if (!text.empty()) text += '\n';
      text += to_std(status.message());
    }
    return text.empty() ? absl::OkStatus() : absl::InvalidArgumentError(text);
  }

  // Whether there is no fault; tells it with the place of the scalar.
  static bool is_good(File& file, const YamlNode& scalar, const YamlPath& path,
                      const std::string& fault) {
    if (!fault.empty()) file.in.errors().add(scalar.place, path, fault);
    return fault.empty();
  }

  static bool is_good_name(File& file, const YamlNode& scalar, const YamlPath& path) {
    return is_good(file, scalar, path, fault_of_name(scalar.text));
  }

  // Whether the name is good, and said for the first time; tells both places if it is not.
  bool is_first(StringMap<Origin>& places, File& file, const YamlNode& key, const YamlPath& path) {
    if (!is_good_name(file, key, path)) return false;
    const auto [first, is_new] = places.try_emplace(key.text, file.origin(key.place));
    if (!is_new) {
      file.in.errors().add(key.place, path,
                           cat("given twice, first at ", first->second.text, ", expected once"));
    }
    return is_new;
  }

  bool is_first_owner(StringMap<Origin>& places, File& file, const YamlNode& key,
                      const YamlPath& path) {
    return is_good(file, key, path, fault_of_owner(key.text)) && is_first(places, file, key, path);
  }

  void read_root(File& file) {
    file.in.for_each_entry(*file.root, {}, [&](const YamlNode& key, const YamlValue& value) {
      if (!file.in.expect_map(value)) return;
      if (key.text == "hosts") return read_hosts(file, value);
      if (key.text == "groups") return remember_groups(file, value);
      if (key.text == "audits") return read_definitions(file, value);
      if (is_good_name(file, key, value.path)) owners_.push_back({&file, &key, value});
    });
  }

  void read_hosts(File& file, const YamlValue& map) {
    file.in.for_each_entry(map.node, map.path, [&](const YamlNode& key, const YamlValue& value) {
      if (!is_first_owner(hosts_, file, key, value.path)) return;
      if (!file.in.expect_map(value)) return;
      Host host{.name = key.text, .origin = file.origin(key.place)};
      read_host(file, value, host);
      catalogue_.hosts.push_back(std::move(host));
    });
  }

  // Once, and then nothing more is read of it.
  void too_much(File& file, const YamlValue& value, std::string_view what, std::size_t most) {
    if (!std::exchange(is_too_much_, true)) {
      file.in.error(value, cat("more than ", most, " ", what, ", the most that are read"));
    }
  }

  void read_host(File& file, const YamlValue& map, Host& host) {
    file.in.for_each_entry(map.node, map.path, [&](const YamlNode& key, const YamlValue& value) {
      if (key.text == "address") {
        const std::string_view expected = "an IPv4 or IPv6 address";
        if (!file.in.expect_scalar(value, expected)) return;
        host.address = value.node.text;
        is_good(file, value.node, value.path, fault_of_address(host.address));
      } else if (key.text == "groups") {
        if (!file.in.expect_sequence(value)) return;
        file.in.for_each_item(value, [&](const YamlValue& item) {
          if (memberships_.size() == most_memberships) {
            return too_much(file, item, "memberships in groups", most_memberships);
          }
          if (file.in.expect_scalar(item, "the name of a group")) {
            memberships_.push_back({&file, host.name, item});
            named_by_hosts_.insert(item.node.text);
          }
        });
      } else if (key.text == "switch") {
        host.on_switch = read_place(file, value);
      } else if (key.text == "rack") {
        host.in_rack = read_place(file, value);
      } else if (key.text == "needs") {
        read_needs(file, value, host.needs);
      } else {
        file.in.unknown_key(key, value.path, host_keys);
      }
    });
  }

  void read_needs(File& file, const YamlValue& map, std::vector<ClassNeed>& needs) {
    if (!file.in.expect_map(map)) return;
    file.in.for_each_entry(map.node, map.path, [&](const YamlNode& key, const YamlValue& value) {
      if (!is_good_name(file, key, value.path)) return;
      const bool has_members = is_null(value) || file.in.expect_sequence(value);
      needed_ += 1 + (has_members ? value.node.items.size() : 0);
      if (needed_ > most_needed) return too_much(file, value, "members of classes", most_needed);
      if (!has_members) return;
      ClassNeed need{.of_class = key.text, .members = {}, .origin = file.origin(key.place)};
      file.in.for_each_item(value, [&](const YamlValue& item) {
        if (!file.in.expect_scalar(item, "the name of a host")) return;
        const std::string fault = fault_of_member(item.node.text);
        if (is_good(file, item.node, item.path, fault)) need.members.push_back(item.node.text);
      });
      needs.push_back(std::move(need));
    });
  }

  static bool is_null(const YamlValue& value) {
    return value.node.type == YamlNode::Type::null && !value.node.text.empty();
  }

  static std::optional<std::string> read_place(File& file, const YamlValue& value) {
    if (is_null(value)) return "";
    if (!file.in.expect_scalar(value, "a name, or null for none")) return std::nullopt;
    if (!is_good_name(file, value.node, value.path)) return std::nullopt;
    return value.node.text;
  }

  void remember_groups(File& file, const YamlValue& map) {
    file.in.for_each_entry(map.node, map.path, [&](const YamlNode& key, const YamlValue& value) {
      if (!is_first_owner(group_places_, file, key, value.path)) return;
      if (!file.in.expect_map(value)) return;
      groups_.emplace_back(key.text, Said{&file, &key, value});
      add_group(key.text, file.origin(key.place));
    });
  }

  void add_group(const std::string& name, Origin origin) {
    group_numbers_.emplace(name, catalogue_.groups.size());
    catalogue_.groups.push_back({.name = name, .origin = std::move(origin)});
  }

  void read_group(const Said& said) {
    YamlReader& in = said.file->in;
    Group& group = catalogue_.groups[group_numbers_.find(said.key->text)->second];
    in.for_each_entry(said.value.node, said.value.path,
                      [&](const YamlNode& key, const YamlValue& value) {
                        if (key.text == "hosts") return read_members(*said.file, value, group.name);
                        if (key.text == "needs") return read_needs(*said.file, value, group.needs);
                        if (key.text != "repairs_at_once")
                          return in.unknown_key(key, value.path, group_keys);
                        const std::string_view expected = "1 host or more, or a share such as 10%";
                        if (!in.expect_scalar(value, expected)) return;
                        const auto limit = parse_limit(value.node.text);
                        if (!limit)
                          in.error(value, cat(in_quotes(value.node.text), ", expected ", expected));
                        group.repairs_at_once = limit.value_or(RepairLimit());
                      });
  }

  void read_members(File& file, const YamlValue& sequence, const std::string& group) {
    if (!file.in.expect_sequence(sequence)) return;
    file.in.for_each_item(sequence, [&](const YamlValue& item) {
      if (is_too_much_ || !file.in.expect_scalar(item, "the name of a host")) return;
      const auto host = hosts_.find(item.node.text);
      if (host == hosts_.end()) {
        return file.in.error(item, cat("the host ", in_quotes(item.node.text), " is unknown",
                                       did_you_mean(item.node.text, names_of(hosts_))));
      }
      join(file, item, host->first, group_numbers_.find(group)->second);
    });
  }

  // A host of a group, said by either of them.
  void join(File& file, const YamlValue& value, const std::string& host, std::size_t group) {
    if (places_of_members_.size() == most_memberships) {
      return too_much(file, value, "memberships in groups", most_memberships);
    }
    const auto [first, is_new] =
        places_of_members_.try_emplace({group, host}, SaidAt{&file, value.place});
    std::vector<std::string>& hosts = catalogue_.groups[group].hosts;
    if (is_new) return hosts.push_back(host);
    const auto& [other, place] = first->second;
    file.in.error(value, cat("the host ", in_quotes(host), " is in this group twice, first at ",
                             other->origin(place).text, ", expected once"));
  }

  template <class Map>
  static std::vector<std::string_view> names_of(const Map& map) {
    std::vector<std::string_view> names;
    if (map.size() > most_known_names) return names;
    for (const auto& [name, value] : map) names.push_back(name);
    return names;
  }

  void read_definitions(File& file, const YamlValue& map) {
    file.in.for_each_entry(map.node, map.path, [&](const YamlNode& key, const YamlValue& value) {
      if (!is_first(definition_places_, file, key, value.path)) return;
      definitions_[key.text] = read_audit(file.in, value);
    });
  }

  void read_owner(const Said& said) {
    YamlReader& in = said.file->in;
    const std::string& name = said.key->text;
    if (!hosts_.contains(name) && !group_numbers_.contains(name)) {
      // A group that nobody declares is one if some host says that it is in it.
      if (!named_by_hosts_.contains(name)) return unknown_owner(said);
      add_group(name, said.file->origin(said.key->place));
    }
    in.for_each_entry(said.value.node, said.value.path,
                      [&](const YamlNode& key, const YamlValue& value) {
                        if (key.text != "audits")
                          return in.unknown_key(key, value.path, owner_keys);
                        if (in.expect_map(value)) read_uses(*said.file, name, value);
                      });
  }

  void unknown_owner(const Said& said) {
    std::vector<std::string_view> known(reserved_words.begin(), reserved_words.end());
    for (const auto& names : {names_of(hosts_), names_of(group_numbers_)}) {
      known.insert(known.end(), names.begin(), names.end());
    }
    said.file->in.errors().add(
        said.key->place, said.value.path,
        cat("neither hosts, groups or audits, nor the name of a host or of a group with hosts",
            did_you_mean(said.key->text, known)));
  }

  void read_uses(File& file, const std::string& owner, const YamlValue& map) {
    file.in.for_each_entry(map.node, map.path, [&](const YamlNode& key, const YamlValue& value) {
      if (bytes_ > most_bytes_of_commands) {
        return too_much(file, value, "bytes of commands", most_bytes_of_commands);
      }
      if (!is_first(use_places_[owner], file, key, value.path)) return;
      const std::size_t before = file.in.errors().count();
      const StatedAudit stated = read_audit(file.in, value);
      if (file.in.errors().count() > before) return;
      const auto general = definitions_.find(key.text);
      const YamlValue use{value.node, key.place, value.path};
      Audit audit = complete(file.in, use, stated,
                             general == definitions_.end() ? nullptr : &general->second);
      audit.owner = owner;
      audit.name = key.text;
      audit.origin = file.origin(key.place);
      bytes_ += bytes_of(audit.command);
      if (audit.repair) bytes_ += bytes_of(audit.repair->command);
      catalogue_.audits.push_back(std::move(audit));
    });
  }

  void join(const Membership& membership) {
    const std::string& name = membership.group.node.text;
    const auto group = group_numbers_.find(name);
    if (group == group_numbers_.end()) {
      return membership.file->in.error(
          membership.group,
          cat("the group ", in_quotes(name), " is unknown, expected one of ",
              "`groups`, or one that has audits", did_you_mean(name, names_of(group_numbers_))));
    }
    join(*membership.file, membership.group, hosts_.find(membership.host)->first, group->second);
  }

  std::deque<File> files_;  // their trees are pointed to
  std::vector<std::pair<std::string, Said>> groups_;
  std::vector<Said> owners_;
  std::vector<Membership> memberships_;
  std::set<std::string, std::less<>> named_by_hosts_;
  StringMap<Origin> hosts_;
  StringMap<Origin> group_places_;
  StringMap<std::size_t> group_numbers_;
  StringMap<Origin> definition_places_;
  StringMap<StatedAudit> definitions_;
  StringMap<StringMap<Origin>> use_places_;  // by owner
  Catalogue catalogue_;
  std::size_t bytes_ = 0;
  absl::flat_hash_map<std::pair<std::size_t, std::string_view>, SaidAt>
      places_of_members_;  // by group and host, whose name lies in hosts_
  std::size_t needed_ = 0;
  bool is_too_much_ = false;
};

}  // namespace

absl::StatusOr<Catalogue> parse_catalogue(std::span<const CatalogueFile> files) {
  return CatalogueReader().read(files);
}

absl::StatusOr<Catalogue> read_catalogue(const std::string& directory) {
  const auto files = read_catalogue_files(directory);
  if (!files.ok()) return files.status();
  return parse_catalogue(*files);
}

}  // namespace vitals::audit
