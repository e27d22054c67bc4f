// SPDX-License-Identifier: Apache-2.0
#include "vitals/policy_yaml.h"

#include <rapidcheck/catch.h>

#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <filesystem>
#include <map>
#include <random>
#include <tuple>

#include "text/bridge.h"
#include "text/utf8.h"
#include "text/words.h"
#include "texts.h"
#include "vitals/stated_needs.h"
#include "vitals/text_time.h"

namespace vitals {
namespace {

using namespace std::chrono_literals;
using Lines = std::vector<std::string>;
using Values = std::map<std::string, std::string>;  // by path, as to_yaml() writes them

// Every constant, so that a comparison leaves none out.
auto constants_of(const Policy& p) {
  return std::tie(p.juggler.push_period, p.juggler.propagation, p.juggler.overhead,
                  p.juggler.active_ttl, p.juggler.passive_ttl_periods, p.hw_watcher.period,
                  p.hw_watcher.latency, p.netmon.fetch_period, p.netmon.window,
                  p.pongerd.flap_delay, p.rename.detection, p.appearance.cron_delay,
                  p.appearance.cron_duration, p.appearance.passive_period,
                  p.appearance.cron_per_host, p.retention.push_periods, p.infrastructure.settling,
                  p.infrastructure.unstated);
}

bool says_the_same(const PolicySet& a, const PolicySet& b) {
  const auto classes_of = [](const PolicySet& policy) {
    ClassSet classes = policy.classes;  // a lag that is printed is stated when it is read again
    for (auto& [name, one] : classes) one.lag = one.lag.value_or(default_lag(one, policy));
    return classes;
  };
  return constants_of(a.constants) == constants_of(b.constants) && a.checks == b.checks &&
         classes_of(a) == classes_of(b) && a.ignores == b.ignores;
}

Lines errors_of(std::string_view yaml) {
  const auto policy = parse_policy(yaml, "p.yaml");
  if (policy.ok()) return {};
  CHECK(absl::IsInvalidArgument(policy.status()));
  return lines_of(message_of(policy.status()));
}

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

std::vector<std::filesystem::path> files(std::string_view ending) {
  std::vector<std::filesystem::path> found;
  for (const auto& entry : std::filesystem::directory_iterator(VITALS_TESTS_DIR "/policies")) {
    if (entry.path().string().ends_with(ending)) found.push_back(entry.path());
  }
  std::sort(found.begin(), found.end());
  return found;
}

// What a file says of itself in its first lines: the rest of each line that starts so.
Lines announced(const std::string& text, const std::string& start) {
  Lines found;
  for (const std::string& line : lines_of(text)) {
    if (!line.starts_with('#')) break;
    if (line.starts_with(start)) found.push_back(line.substr(start.size()));
  }
  return found;
}

// The name of a check as to_yaml() writes it, without quotes and their escapes.
std::string unquoted(const std::string& key) {
  if (!key.starts_with('"')) return key;
  std::string name;
  for (std::size_t i = 1; i + 1 < key.size(); ++i) {
    if (key[i] == '\\') ++i;
    name += key[i];
  }
  return name;
}

// Splits `  key: value  # comment`; the comment is kept apart.
struct YamlLine {
  std::size_t indentation;
  std::string key;
  std::string value;
  std::string comment;
};

YamlLine split(const std::string& line) {
  const std::size_t indentation = line.find_first_not_of(' ');
  const std::size_t after_name = line[indentation] == '"' ? line.rfind("\":") : indentation;
  const std::size_t colon = line.find(':', after_name);
  const std::size_t hash = std::min(line.find("  # ", colon), line.size());
  std::string value = line.substr(std::min(colon + 2, hash), hash - std::min(colon + 2, hash));
  value.erase(value.find_last_not_of(' ') + 1);
  return {indentation, unquoted(line.substr(indentation, colon - indentation)), value,
          hash == line.size() ? "" : line.substr(hash + 4)};
}

template <class Take>
Values values_of(const PolicySet& policy, const Take& take) {
  Values values;
  std::array<std::string, 4> keys;
  for (const std::string& text : lines_of(to_yaml(policy))) {
    const YamlLine line = split(text);
    const std::size_t depth = line.indentation / 2;
    REQUIRE(depth < keys.size());
    keys[depth] = line.key;
    std::string path = keys[0];
    for (std::size_t i = 1; i <= depth; ++i) path += "." + keys[i];
    if (!take(line).empty()) values[path] = take(line);
  }
  return values;
}

TEST_CASE("Every good policy reads, has the values and warnings it announces, and prints itself") {
  const auto paths = files(".good.yaml");
  REQUIRE(paths.size() >= 20);
  for (const auto& path : paths) {
    DYNAMIC_SECTION(path.filename().string()) {
      const std::string text = content_of(path);
      const auto policy = read_policy(path.string());
      INFO(policy.status());
      REQUIRE(policy.ok());

      const Values values = values_of(*policy, [](const YamlLine& line) { return line.value; });
      for (const std::string& claim : announced(text, "# has: ")) {
        const std::size_t equals = claim.rfind(" = ");
        REQUIRE(equals != std::string::npos);
        CAPTURE(claim);
        REQUIRE(values.contains(claim.substr(0, equals)));
        CHECK(values.at(claim.substr(0, equals)) == claim.substr(equals + 3));
      }

      const Lines expected = announced(text, "# warning: ");
      const Lines found = warnings(*policy);
      CHECK(found.size() == expected.size());
      for (std::size_t i = 0; i < std::min(found.size(), expected.size()); ++i) {
        INFO(found[i] << "\n  should start with\n" << expected[i]);
        CHECK(found[i].starts_with(expected[i]));
      }

      const auto again = parse_policy(to_yaml(*policy), "printed");
      INFO(again.status());
      REQUIRE(again.ok());
      CHECK(says_the_same(*again, *policy));
    }
  }
}

TEST_CASE("Every bad policy gives exactly the errors that it announces, with their places") {
  const auto paths = files(".bad.yaml");
  REQUIRE(paths.size() >= 45);
  for (const auto& path : paths) {
    DYNAMIC_SECTION(path.filename().string()) {
      const Lines expected = announced(content_of(path), "# error: ");
      REQUIRE(!expected.empty());
      const auto policy = read_policy(path.string());
      REQUIRE(absl::IsInvalidArgument(policy.status()));
      INFO(policy.status());
      const Lines found = lines_of(message_of(policy.status()));
      CHECK(found.size() == expected.size());
      for (std::size_t i = 0; i < std::min(found.size(), expected.size()); ++i) {
        CHECK(found[i].starts_with(path.string() + ":" + expected[i]));
      }
    }
  }
}

TEST_CASE("Each path of a policy sets the constant of that name and no other") {
  const auto policy = parse_policy(R"(
juggler: {push_period: 1s, propagation: 2s, overhead: 3s, active_ttl: 4s, passive_ttl_periods: 5}
hw_watcher: {period: 6s, latency: 7s}
netmon: {fetch_period: 8s, window: 9s}
pongerd: {flap_delay: 10s}
rename: {detection: 11s}
appearance: {cron_delay: 12s, cron_duration: 13s, passive_period: 14s, cron_per_host: 15s}
retention: {push_periods: 16}
infrastructure: {settling: receipt, unstated: none}
)",
                                   "p.yaml");
  REQUIRE(policy.ok());
  CHECK(constants_of(policy->constants) == std::tuple(1s, 2s, 3s, 4s, 5, 6s, 7s, 8s, 9s, 10s, 11s,
                                                      12s, 13s, 14s, 15s, 16, Settling::receipt,
                                                      Unstated::none));
  CHECK(policy->checks == default_check_set());
}

TEST_CASE("Each key of a check sets that value") {
  const auto policy = parse_policy(
      "checks: {a: {kind: passive, period: 1s, accuracy: 2s, required: true}}", "p.yaml");
  REQUIRE(policy.ok());
  CHECK(policy->checks ==
        CheckSet{{"a", {.kind = Kind::passive, .period = 1s, .accuracy = 2s, .required = true}}});
}

TEST_CASE("A policy that says nothing is the default one") {
  struct Row {
    const char* why;
    const char* yaml;
  };
  const Row rows[] = {
      {"no bytes", ""},
      {"a comment", "# nothing yet\n"},
      {"an empty document", "---\n"},
      {"a document that ends at once", "---\n...\n"},
      {"a written null", "~"},
      {"an empty map", "{}"},
      {"only a byte order mark", "\xef\xbb\xbf"},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.why) {
      const auto policy = parse_policy(row.yaml, "p.yaml");
      REQUIRE(policy.ok());
      CHECK(says_the_same(*policy, PolicySet{}));
      CHECK(policy->origins.empty());
    }
  }
  CHECK(default_check_set().size() == default_checks.size());
}

TEST_CASE("Bytes that a file of tests cannot well hold are read, or refused with their place") {
  struct Row {
    const char* why;
    std::string yaml;
    const char* error;  // empty: good
  };
  const std::string full_size = "rename: {detection: 1h}\n#" + std::string((1U << 20U) - 25, 'x');
  const Row rows[] = {
      {"byte order mark", "\xef\xbb\xbfrename: {detection: 1h}", ""},
      {"lines that end in CR LF", "rename:\r\n  detection: 1h\r\n", ""},
      {"1 MiB", full_size, ""},
      {"1 MiB and a byte", full_size + "x", "p.yaml:1:1: longer than 1048576 bytes"},
      {"an end-of-file character, behind which yaml-cpp reads nothing",
       "rename: {detection: 1h}\n\x04\njuggler: {", "p.yaml:2:1: a control character"},
      {"NUL", std::string("rename: {detection: 1\0h}", 24), "p.yaml:1:22: a control character"},
      {"NUL in a name, escaped", "checks: {\"a\\0b\": {kind: rack}}", ""},
      {"the last UTF-8 of one byte", "# \x7f", ""},
      {"a UTF-8 sequence that is cut off", "# \xd0", "p.yaml:1:3: bytes that are no UTF-8"},
      {"a later byte alone", "# \x80", "p.yaml:1:3: bytes that are no UTF-8"},
      {"overlong, two bytes", "#\n# \xc1\xbf", "p.yaml:2:3: bytes that are no UTF-8"},
      {"U+0080, the first of two bytes", "# \xc2\x80", ""},
      {"overlong, three bytes", "# \xe0\x9f\xbf", "p.yaml:1:3: bytes that are no UTF-8"},
      {"three bytes, the last of them none", "# \xe1\x80x", "p.yaml:1:3: bytes that are no UTF-8"},
      {"U+0800, the first of three bytes", "# \xe0\xa0\x80", ""},
      {"U+D7FF, before the surrogates", "# \xed\x9f\xbf", ""},
      {"U+D800, a surrogate", "# \xed\xa0\x80", "p.yaml:1:3: bytes that are no UTF-8"},
      {"overlong, four bytes", "# \xf0\x8f\xbf\xbf", "p.yaml:1:3: bytes that are no UTF-8"},
      {"U+10000, the first of four bytes", "# \xf0\x90\x80\x80", ""},
      {"U+10FFFF, the last", "# \xf4\x8f\xbf\xbf", ""},
      {"U+110000", "# \xf4\x90\x80\x80", "p.yaml:1:3: bytes that are no UTF-8"},
      {"a lead byte that never is", "# \xf5\x80\x80\x80", "p.yaml:1:3: bytes that are no UTF-8"},
      {"columns count bytes", "{\xd1\x8f: 1}", "p.yaml:1:2: '\xd1\x8f': unknown key"},
      {"columns behind it as well", "{rename: {detection: \xd1\x8f}, zzz: 1}",
       "p.yaml:1:22: rename.detection: '\xd1\x8f' is no duration"},
      {"UTF-16", std::string("r\0:\0", 4), "p.yaml:1:2: a control character"},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.why) {
      const Lines errors = errors_of(row.yaml);
      if (*row.error == '\0') {
        CHECK(errors == Lines{});
      } else {
        REQUIRE(!errors.empty());
        INFO(errors[0]);
        CHECK(errors[0].starts_with(row.error));
      }
    }
  }
}

std::string repeated(std::string_view part, std::size_t bytes) {
  std::string text;
  while (text.size() + part.size() <= bytes) text += part;
  return text;
}

TEST_CASE("Hostile policies of any size are refused, with no hang and no overflow") {
  struct Row {
    const char* why;
    std::string start;
    std::string part;
    const char* error;
  };
  const Row rows[] = {
      {"sequences in sequences", "", "[", "YAML nested too deeply"},
      {"maps in maps", "", "{", "YAML nested too deeply"},
      {"named maps in maps", "", "{a: ", "YAML nested too deeply"},
      {"blocks in blocks", "", "- ", "YAML nested too deeply"},
      {"keys of keys", "", "? ", "YAML nested too deeply"},
      {"values of values", "", ": ", "YAML nested too deeply"},
      {"anchors all the way", "", "&a [", "YAML nested too deeply"},
      {"commas, endless documents to yaml-cpp", "", ",", "expected one document"},
      {"documents", "", "---\n", "expected one document"},
      {"tags", "", "!", "not YAML: "},
      {"quotes", "", "\"", "expected one document"},
      {"unknown keys", "", "k: 1\n", "k: unknown key"},
      {"one key for ever", "rename: {detection: 1h}\n", "rename: {}\n", "given twice"},
      {"a sequence for ever", "netmon: {window: [", "1,", "not YAML: "},
      {"a long name", "checks:\n  ? ", "n", "a name of "},
      {"a long value", "rename: {detection: ", "9", "not YAML: "},
      {"a map in itself", "&a {checks: *a, x: *a}\n#", "x", "x: unknown key"},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.why) {
      for (const std::size_t size : {std::size_t{100'000}, std::size_t{1} << 20U}) {
        const Lines errors = errors_of(row.start + repeated(row.part, size - row.start.size()));
        REQUIRE(!errors.empty());
        INFO(errors[0].substr(0, 500));
        CHECK(std::any_of(errors.begin(), errors.end(),
                          [&](const std::string& error) { return contains(error, row.error); }));
        CHECK(std::all_of(errors.begin(), errors.end(), [](const std::string& error) {
          return error.size() < 500;  // however long the input
        }));
      }
    }
  }
}

TEST_CASE("Aliases do not multiply the work") {
  SECTION("a wide map of unknown keys, used thousands of times") {
    std::string yaml = "checks:\n  first: &wide {";
    for (int i = 0; i < 20'000; ++i) absl::StrAppend(&yaml, "key", i, ": 1, ");
    yaml += "kind: rack}\n";
    for (int i = 0; i < 20'000; ++i) absl::StrAppend(&yaml, "  c", i, ": *wide\n");
    const Lines errors = errors_of(yaml);
    REQUIRE(errors.size() == 101);
    CHECK(contains(errors.back(), "too many errors, the rest is not read"));
  }
  SECTION("a billion laughs") {
    std::string yaml = "checks: {a0: &a0 {kind: rack}";
    for (int i = 1; i < 100; ++i) {
      absl::StrAppend(&yaml, ", a", i, ": &a", i, " {kind: *a", i - 1, ", required: *a", i - 1,
                      "}");
    }
    CHECK(errors_of(yaml + "}").size() == 101);
  }
}

TEST_CASE("A hundred errors are told, not more, in the order of the file") {
  std::string yaml = "juggler:\n";
  for (int i = 0; i < 99; ++i) absl::StrAppend(&yaml, "  wrong", i, ": 1m\n");
  CHECK(errors_of(yaml).size() == 99);
  yaml += "  one_more: 1m\n  and_more: 1m\n";
  const Lines errors = errors_of(yaml);
  REQUIRE(errors.size() == 101);
  CHECK(errors[0].starts_with("p.yaml:2:3: juggler.wrong0: "));
  CHECK(errors[99].starts_with("p.yaml:101:3: juggler.one_more: "));
  CHECK(errors[100] == "p.yaml:101:3: too many errors, the rest is not read");
}

TEST_CASE("The name of the source cannot break the lines of errors or of the printed policy") {
  CHECK(message_of(parse_policy("-", "a\nb").status()) == "a\\nb:1:1: a sequence, expected a map");
  const auto policy = parse_policy("rename: {detection: 1h}", "a\nb: c");
  REQUIRE(policy.ok());
  CHECK(contains(to_yaml(*policy), "# a\\nb: c:1\n"));
  CHECK(parse_policy(to_yaml(*policy), "again").ok());
}

TEST_CASE("Files that cannot be read are errors with their name") {
  const std::string folder = VITALS_TESTS_DIR "/policies";
  const auto missing = read_policy(folder + "/missing.yaml");
  CHECK(absl::IsNotFound(missing.status()));
  CHECK(message_of(missing.status()) == folder + "/missing.yaml: No such file or directory");
  const auto directory = read_policy(folder);
  CHECK(message_of(directory.status()) == folder + ": Is a directory");
}

TEST_CASE("A file that is too long is refused, not read in part") {
  const auto path = std::filesystem::temp_directory_path() /
                    ("vitals_policy_" + std::to_string(std::random_device{}()) + ".yaml");
  std::ofstream(path) << "#" << std::string(1U << 20U, 'x');
  const auto policy = read_policy(path.string());
  std::filesystem::remove(path);
  CHECK(message_of(policy.status()) ==
        path.string() + ":1:1: longer than 1048576 bytes, the longest that is read");
}

TEST_CASE("Origins are the lines of what the file states, and of nothing else") {
  const auto policy = parse_policy(R"(juggler:
  push_period: 10m
  overhead: &five 5m
netmon: {window: *five}
checks:
  ssh:
    kind: active
    required: true
  a.b c: {kind: rack}
)",
                                   "dir/p.yaml");
  REQUIRE(policy.ok());
  const std::map<std::string, std::string, std::less<>> expected{
      {"juggler.push_period", "dir/p.yaml:2"}, {"juggler.overhead", "dir/p.yaml:3"},
      {"netmon.window", "dir/p.yaml:3"},       {"checks", "dir/p.yaml:5"},
      {"checks.ssh.kind", "dir/p.yaml:7"},     {"checks.ssh.required", "dir/p.yaml:8"},
      {"checks.a.b c.kind", "dir/p.yaml:9"}};
  CHECK(policy->origins == expected);

  const Values comments = values_of(*policy, [](const YamlLine& line) { return line.comment; });
  CHECK(comments.at("juggler.overhead") == "dir/p.yaml:3");
  CHECK(comments.at("juggler.propagation") == "default (chosen)");
  CHECK(comments.at("checks") == "dir/p.yaml:5");
  CHECK(comments.at("checks.ssh.kind") == "dir/p.yaml:7");
  CHECK(comments.at("checks.ssh.period") == "default (derived)");
  CHECK(comments.at("checks.a.b c.accuracy") == "default (derived)");
}

// SPEC 2, column by column.
TEST_CASE("The printed defaults say whether they are given, derived or chosen") {
  struct Row {
    const char* path;
    const char* value;
    const char* origin;
  };
  const Row rows[] = {
      {"juggler.push_period", "5m", "given"},
      {"juggler.propagation", "1m", "chosen"},
      {"juggler.overhead", "4m", "derived"},
      {"juggler.active_ttl", "15m", "given"},
      {"juggler.passive_ttl_periods", "2", "given"},
      {"hw_watcher.period", "10m", "given"},
      {"hw_watcher.latency", "2m", "derived"},
      {"netmon.fetch_period", "1m", "chosen"},
      {"netmon.window", "5m", "chosen"},
      {"pongerd.flap_delay", "3m", "chosen"},
      {"rename.detection", "3h", "given"},
      {"appearance.cron_delay", "5m", "chosen"},
      {"appearance.cron_duration", "5m", "chosen"},
      {"appearance.passive_period", "5m", "given"},
      {"appearance.cron_per_host", "0s", "chosen"},
      {"retention.push_periods", "3", "given"},
      {"infrastructure.settling", "clock", "given"},
      {"infrastructure.unstated", "unknown", "chosen"},
      {"checks.UNREACHABLE.period", "1m", "derived"},
      {"checks.UNREACHABLE.accuracy", "1m", "given"},
      {"checks.UNREACHABLE.required", "true", "chosen"},
      {"checks.ssh.period", "2m", "derived"},
      {"checks.ssh.accuracy", "1m", "derived"},
      {"checks.meta.kind", "passive", "chosen"},
      {"checks.meta.period", "5m", "given"},
      {"checks.memory.period", "5m", "given"},
  };
  const PolicySet policy;
  const Values values = values_of(policy, [](const YamlLine& line) { return line.value; });
  const Values comments = values_of(policy, [](const YamlLine& line) { return line.comment; });
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.path) {
      CHECK(values.at(row.path) == row.value);
      CHECK(comments.at(row.path) == "default (" + std::string(row.origin) + ")");
    }
  }
  CHECK(!values.contains("checks.netmon.period"));
  CHECK(!values.contains("checks.rack.period"));
}

TEST_CASE("What a program has changed is not printed as a default") {
  PolicySet policy;
  policy.constants.juggler.push_period = 6min;
  policy.checks["ssh"].period = 1min;
  policy.checks["new"] = {.kind = Kind::rack};
  const Values comments = values_of(policy, [](const YamlLine& line) { return line.comment; });
  CHECK(comments.at("juggler.push_period") == "set without a file");
  CHECK(comments.at("juggler.overhead") == "default (derived)");
  CHECK(comments.at("checks") == "set without a file");
  CHECK(comments.at("checks.ssh.period") == "set without a file");
  CHECK(comments.at("checks.ssh.kind") == "default (chosen)");
  CHECK(comments.at("checks.new.kind") == "set without a file");
  CHECK(comments.at("checks.new.accuracy") == "default (derived)");
}

TEST_CASE("The default policy has two known weaknesses, with the text's own figures") {
  const Lines found = warnings(PolicySet{});
  REQUIRE(found.size() == 2);
  CHECK(found[0] ==
        "UNREACHABLE: its time to live of 15m (juggler.active_ttl) is not shorter than "
        "juggler.push_period + 2 * period (7m), as by_receipt trusts: if it falls silent during a "
        "repair, its old status is believed from 12m after the repair until NODATA comes at 15m "
        "(20m if Juggler's master moves as well), and the host may be repaired again for a failure "
        "that is gone");
  CHECK(found[1].starts_with("ssh: its time to live of 15m"));
}

TEST_CASE("A misspelled word finds the nearest known one, and a strange one none") {
  struct Row {
    const char* word;
    const char* hint;
  };
  const std::string_view known[] = {"push_period", "overhead", "ttl", "period"};
  const Row rows[] = {
      {"push_perod", "; did you mean push_period?"},
      {"push_peroid", "; did you mean push_period?"},
      {"periods", "; did you mean period?"},
      {"Period", "; did you mean period?"},
      {"overehad", "; did you mean overhead?"},
      {"tll", "; did you mean ttl?"},
      {"prid", ""},  // two edits from period, but only four letters
      {"lag", ""},
      {"", ""},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.word) { CHECK(did_you_mean(row.word, known) == row.hint); }
  }
  CHECK(did_you_mean("ab0", std::array<std::string_view, 2>{"ab1", "ab2"}) ==
        "; did you mean ab1?");
  CHECK(did_you_mean(std::string(1'000'000, 'x'), known).empty());
}

TEST_CASE("The distance of two words counts insertions, removals, replacements and swaps") {
  CHECK(edit_distance("", "") == 0);
  CHECK(edit_distance("", "abc") == 3);
  CHECK(edit_distance("abc", "abc") == 0);
  CHECK(edit_distance("abc", "ab") == 1);
  CHECK(edit_distance("abc", "axc") == 1);
  CHECK(edit_distance("abc", "acb") == 1);
  CHECK(edit_distance("kitten", "sitting") == 3);
}

namespace generate {

Seconds length(std::int64_t least) {
  const auto seconds = *rc::gen::oneOf(rc::gen::inRange<std::int64_t>(least, 4000),
                                       rc::gen::inRange(least, longest_duration.count() + 1),
                                       rc::gen::element(least, longest_duration.count()));
  return Seconds{seconds};
}

std::int64_t count() { return *rc::gen::inRange<std::int64_t>(1, 1001); }

// Of characters that are awkward for YAML and of any others, 1 to 255 bytes of UTF-8.
std::string check_name() {
  static const std::vector<std::string> characters{"a",
                                                   "Z",
                                                   "0",
                                                   "_",
                                                   "-",
                                                   ".",
                                                   " ",
                                                   ":",
                                                   "#",
                                                   "\"",
                                                   "'",
                                                   "\\",
                                                   "\n",
                                                   "\t",
                                                   "\r",
                                                   "\1",
                                                   "\4",
                                                   "\x7f",
                                                   "{",
                                                   "}",
                                                   "[",
                                                   ",",
                                                   "&",
                                                   "*",
                                                   "!",
                                                   "|",
                                                   ">",
                                                   "%",
                                                   "@",
                                                   "`",
                                                   "?",
                                                   "~",
                                                   "/",
                                                   "=",
                                                   "<<",
                                                   "null",
                                                   "NO",
                                                   "\xc2\x85",
                                                   "\xd1\x8f",
                                                   "\xe2\x80\xa8",
                                                   "\xef\xbb\xbf",
                                                   "\xf0\x9f\x98\x80"};
  std::string name = *rc::gen::elementOf(characters);
  const int more = *rc::gen::inRange(0, 20);
  for (int i = 0; i < more; ++i) name += *rc::gen::elementOf(characters);
  return name;
}

CheckPolicy check() {
  CheckPolicy check;
  check.kind = static_cast<Kind>(*rc::gen::inRange(0, 5));
  if (!is_infrastructure(check.kind)) {
    check.period = length(1);
    check.required = *rc::gen::arbitrary<bool>();
  }
  check.accuracy = length(0);
  return check;
}

// Some checks speak for classes, each of which may need those before it; others ignore some.
void add_classes(PolicySet& set) {
  std::vector<std::string> names;
  for (const auto& [check, its] : set.checks) {
    if (is_infrastructure(its.kind) || *rc::gen::inRange(0, 3) > 0) continue;
    std::string name = check_name();
    if (is_built_in_class(name) || has_blank(name) || set.classes.contains(name)) continue;
    ClassPolicy& one = set.classes[name];
    one.checks = {check};
    if (*rc::gen::arbitrary<bool>()) one.members = Quorum::any;
    if (*rc::gen::arbitrary<bool>()) one.lag = length(0);
    for (const std::string& behind : names) {
      if (*rc::gen::arbitrary<bool>()) one.needs.push_back(behind);
    }
    std::sort(one.needs.begin(), one.needs.end());
    names.push_back(std::move(name));
  }
  std::sort(names.begin(), names.end());
  for (const auto& [check, its] : set.checks) {
    if (names.empty() || its.kind != Kind::active || *rc::gen::arbitrary<bool>()) continue;
    set.ignores[check] = names;
  }
}

PolicySet policy() {
  PolicySet set;
  Policy& p = set.constants;
  p.juggler = {length(1), length(0), length(0), length(0), count()};
  p.hw_watcher = {length(0), length(0)};
  p.netmon = {length(0), length(0)};
  p.pongerd = {length(0)};
  p.rename = {length(0)};
  p.appearance = {length(0), length(0), length(0), length(0)};
  p.retention = {count()};
  p.infrastructure = {static_cast<Settling>(*rc::gen::inRange(0, 2)),
                      static_cast<Unstated>(*rc::gen::inRange(0, 2))};
  set.checks.clear();
  const int checks = *rc::gen::inRange(0, 8);
  for (int i = 0; i < checks; ++i) set.checks[check_name()] = check();
  add_classes(set);
  return set;
}

}  // namespace generate

TEST_CASE("Any policy that is printed reads back as the same, and prints the same again") {
  rc::prop("for random policies", [] {
    const PolicySet policy = generate::policy();
    const std::string printed = to_yaml(policy);
    const auto again = parse_policy(printed, "printed");
    RC_LOG() << printed << again.status() << '\n';
    RC_ASSERT(again.ok());
    RC_ASSERT(says_the_same(*again, policy));
    const auto once_more = parse_policy(to_yaml(*again), "printed");
    RC_ASSERT(once_more.ok());
    RC_ASSERT(to_yaml(*once_more) == to_yaml(*again));
  });
}

TEST_CASE("Warnings are one line each, whatever the names of the checks") {
  rc::prop("for random policies", [] {
    for (const std::string& warning : warnings(generate::policy())) {
      RC_ASSERT(!warning.empty());
      RC_ASSERT(std::none_of(warning.begin(), warning.end(), [](char c) {
        return static_cast<unsigned char>(c) < 0x20 || c == '\x7f';
      }));
    }
  });
}

TEST_CASE("A policy that is damaged anywhere is read, or refused with places within it") {
  const std::string whole =
      content_of(VITALS_TESTS_DIR "/policies/whole_example.good.yaml") +
      "  \"odd name\": &odd {kind: passive, required: false}\n  again: *odd\n";
  REQUIRE(parse_policy(whole, "p.yaml").ok());
  rc::prop("for random edits", [&] {
    const std::string yaml = damaged(whole);
    const auto policy = parse_policy(yaml, "p.yaml");
    if (policy.ok()) {
      RC_ASSERT(parse_policy(to_yaml(*policy), "printed").ok());
    } else {
      RC_ASSERT(are_within(policy.status(), "p.yaml", yaml));
    }
  });
}

}  // namespace
}  // namespace vitals
