// SPDX-License-Identifier: Apache-2.0
#include "vitals/coordinator/config.h"

#include <algorithm>
#include <filesystem>
#include <span>
#include <utility>

#include "text/bridge.h"
#include "text/words.h"
#include "vitals/text_time.h"
#include "yaml/yaml_reader.h"
#include "yaml/yaml_values.h"

namespace vitals::coordinator {
namespace {

constexpr std::string_view expected_type = "calls, polled, inventory or retired";
constexpr std::string_view expected_on_stale = "refuse or allow";
constexpr std::string_view expected_reading = "token or open";
constexpr std::string_view expected_percent = "a whole number from 0 to 100";
using TypeWord = YamlWord<InstallationType, installation_type_names, expected_type>;
using OnStaleWord = YamlWord<OnStale, on_stale_names, expected_on_stale>;
using ReadingWord = YamlWord<Reading, reading_names, expected_reading>;
using Percent = YamlNumber<int, 0, 100, expected_percent>;

struct Period {
  static constexpr std::string_view expected = "a duration such as 90s, 5m, 1h30m";
  static absl::StatusOr<Seconds> read(const YamlNode& scalar) {
    auto length = parse_duration(scalar.text);
    if (!length.ok() || *length > Seconds::zero()) return length;
    return invalid(in_quotes(scalar.text), ", expected 1s or more");
  }
};

struct Text {
  static constexpr std::string_view expected = "text";
  static absl::StatusOr<std::string> read(const YamlNode& scalar) {
    if (scalar.text.empty()) return invalid("empty, expected text");
    return scalar.text;
  }
};

struct Word {
  static constexpr std::string_view expected = "a word of letters, digits, `_` and `-`";
  static absl::StatusOr<std::string> read(const YamlNode& scalar) {
    if (is_word(scalar.text) && scalar.text.size() <= longest) return scalar.text;
    return invalid(in_quotes(scalar.text), ", expected ", expected);
  }
  static constexpr std::size_t longest = 64;
};

// A value of an Owner; sequences are read apart.
template <class Owner>
struct Field {
  std::string_view path;
  std::string_view expected;
  absl::Status (*read)(const YamlNode& scalar, Owner& to);
};

template <class Format, auto member, class Owner>
constexpr Field<Owner> field(std::string_view path) {
  return {path, Format::expected, [](const YamlNode& scalar, Owner& to) -> absl::Status {
            const auto value = Format::read(scalar);
            if (!value.ok()) return value.status();
            to.*member = *value;
            return absl::OkStatus();
          }};
}

using I = Installation;
constexpr std::array installation_fields{
    field<TypeWord, &I::type, I>("type"),
    field<Word, &I::bot, I>("bot"),
    field<Text, &I::url, I>("url"),
    field<Text, &I::tokens, I>("tokens"),
    field<Text, &I::poll_token, I>("poll_token"),
    field<Period, &I::poll_period, I>("poll_period"),
    field<Period, &I::stale_after, I>("stale_after"),
    field<Period, &I::poll_timeout, I>("poll_timeout"),
    field<Percent, &I::max_loss, I>("max_loss"),
    field<Period, &I::act_within, I>("act_within"),
    field<OnStaleWord, &I::on_stale, I>("on_stale"),
};

struct Root : Config {
  OnStale on_stale = OnStale::refuse;  // of installations that state none
};

constexpr std::array root_fields{
    field<OnStaleWord, &Root::on_stale, Root>("on_stale"),
    field<YamlFlag, &Root::monitor_only, Root>("monitor_only"),
    field<ReadingWord, &Root::reading, Root>("reading"),
    field<Text, &Root::reader_tokens, Root>("reader_tokens"),
    field<Text, &Root::policy, Root>("policy"),
};

class ConfigReader {
 public:
  explicit ConfigReader(std::string_view source) : source_(source), in_(source) {}

  absl::StatusOr<Config> read(std::string_view yaml) {
    YamlTree tree;
    if (const YamlNode* root = in_.read_map(yaml, tree)) read_root(*root);
    if (in_.errors().count() == 0 && root_.installations.empty()) {
      in_.errors().add({}, {}, "no installations, expected at least one");
    }
    if (auto status = in_.errors().status(); !status.ok()) return status;
    root_.reader_tokens = from_here(root_.reader_tokens);
    root_.policy = from_here(root_.policy);
    return static_cast<Config&&>(root_);
  }

 private:
  template <class Owner, std::size_t size>
  void read_field(const std::array<Field<Owner>, size>& table, std::string_view more,
                  const YamlNode& key, const YamlValue& value, Owner& owner) {
    const std::span<const Field<Owner>> fields(table);
    const auto* const field = find_field(fields, key.text);
    if (field == nullptr) {
      std::vector<std::string_view> known = outermost_keys(fields);
      known.push_back(more);
      return in_.unknown_key(key, value.path, known);
    }
    if (!in_.expect_scalar(value, field->expected)) return;
    const absl::Status status = field->read(value.node, owner);
    if (!status.ok()) in_.error(value, to_std(status.message()));
  }

  void read_root(const YamlNode& root) {
    const YamlNode* installations = nullptr;
    in_.for_each_entry(root, {}, [&](const YamlNode& key, const YamlValue& value) {
      if (key.text != "installations") {
        return read_field(root_fields, "installations", key, value, root_);
      }
      if (in_.expect_map(value)) installations = &value.node;
    });
    // At last: they may depend on what stands behind them.
    if (installations != nullptr) read_installations(*installations);
  }

  void read_installations(const YamlNode& map) {
    const YamlPath path{"installations", "installations"};
    if (map.entries.size() > most_installations) {
      return in_.errors().add(
          map.place, path,
          cat(map.entries.size(), " installations, expected at most ", most_installations));
    }
    in_.for_each_entry(map, path, [&](const YamlNode& key, const YamlValue& value) {
      if (!Word::read(key).ok()) {
        in_.errors().add(key.place, path, to_std(Word::read(key).status().message()));
      } else if (in_.expect_map(value)) {
        read_installation(key, value);
      }
    });
  }

  void read_installation(const YamlNode& key, const YamlValue& map) {
    Installation installation{.id = key.text, .bot = {}, .url = {}, .tokens = {}, .networks = {}};
    installation.on_stale = root_.on_stale;
    bool has_type = false;
    const std::size_t errors_before = in_.errors().count();
    in_.for_each_entry(map.node, map.path, [&](const YamlNode& name, const YamlValue& value) {
      has_type = has_type || name.text == "type";
      if (name.text == "networks") return read_networks(value, installation);
      read_field(installation_fields, "networks", name, value, installation);
    });
    if (in_.errors().count() == errors_before) check(map, has_type, installation);
    if (!installation.tokens.empty()) installation.tokens = from_here(installation.tokens);
    if (!installation.poll_token.empty()) {
      installation.poll_token = from_here(installation.poll_token);
    }
    root_.installations.push_back(std::move(installation));
  }

  void read_networks(const YamlValue& sequence, Installation& installation) {
    if (!in_.expect_sequence(sequence)) return;
    in_.for_each_item(sequence, [&](const YamlValue& item) {
      if (in_.expect_scalar(item, "a network such as 10.0.0.0/8")) {
        installation.networks.push_back(item.node.text);
      }
    });
  }

  void check(const YamlValue& map, bool has_type, const Installation& installation) {
    const auto expect = [&](bool holds, std::string_view what) {
      if (!holds) in_.error(map, what);
    };
    const bool is_retired = installation.type == InstallationType::retired;
    expect(has_type, cat("no type, expected type: ", expected_type));
    expect(!installation.bot.empty(), "no bot, expected the name of its BOT");
    expect(is_retired || !installation.url.empty(), "no url, expected where its hosts are listed");
    expect(installation.type != InstallationType::calls || !installation.tokens.empty() ||
               root_.monitor_only,
           "no tokens, expected the file with the tokens of an installation that calls");
    expect(fresh_for(installation) > installation.poll_period,
           "stale_after is not longer than poll_period, expected a listing to live until the next");
  }

  // Paths in a file are taken from where the file is.
  [[nodiscard]] std::string from_here(const std::string& path) const {
    if (path.empty()) return path;
    return (std::filesystem::path(source_).parent_path() / path).string();
  }

  std::string source_;
  YamlReader in_;
  Root root_;
};

}  // namespace

const Installation* Config::find(std::string_view id) const {
  const auto found =
      std::find_if(installations.begin(), installations.end(),
                   [&](const Installation& installation) { return installation.id == id; });
  return found == installations.end() ? nullptr : &*found;
}

absl::StatusOr<Config> parse_config(std::string_view yaml, std::string_view source) {
  return ConfigReader(source).read(yaml);
}

absl::StatusOr<Config> read_config(const std::string& path) {
  const auto text = read_yaml_file(path);
  if (!text.ok()) return text.status();
  return parse_config(*text, path);
}

}  // namespace vitals::coordinator
