// SPDX-License-Identifier: Apache-2.0
#include "vitals/scenario.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <vector>

#include "program.h"
#include "text/bridge.h"
#include "texts.h"
#include "vitals/reason.h"

namespace vitals {
namespace {

const std::string folder = std::string(VITALS_TESTS_DIR) + "/scenarios";

// The scenario files of a folder, in order of name.
std::vector<std::string> files_in(const std::string& path) {
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(path)) {
    if (entry.path().extension() == ".vitals") files.push_back(entry.path().string());
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::string name_of(const std::string& path) { return std::filesystem::path(path).filename(); }

// What a text is told, one entry an error or a failing expectation: `LINE: TEXT`.
std::vector<std::string> complaints_about(const absl::StatusOr<ScenarioResult>& result,
                                          const std::string& source) {
  std::vector<std::string> complaints;
  if (!result.ok()) {
    for (const std::string& line : lines_of(message_of(result.status()))) {
      REQUIRE(line.starts_with(source + ":"));
      complaints.push_back(line.substr(source.size() + 1));
    }
    return complaints;
  }
  for (const ScenarioFailure& failure : result->failures) {
    REQUIRE(failure.report.starts_with(cat(source, ":", failure.line, ": ")));
    complaints.push_back(failure.report.substr(source.size() + 1));
  }
  return complaints;
}

// The first error of a text; empty if it runs.
std::string error_of(std::string_view text) {
  const auto result = run_scenarios(text, "s");
  if (result.ok()) return "";
  CHECK(absl::IsInvalidArgument(result.status()));
  return lines_of(message_of(result.status())).front();
}

// The reports of all failing expectations of a text that must run.
std::string reports_of(std::string_view text) {
  const auto result = run_scenarios(text, "s");
  REQUIRE(result.ok());
  std::string reports;
  for (const ScenarioFailure& failure : result->failures) reports += failure.report;
  return reports;
}

}  // namespace

TEST_CASE("every scenario of the folder passes") {
  const std::vector<std::string> files = files_in(folder);
  REQUIRE(files.size() > 30);
  for (const std::string& file : files) {
    DYNAMIC_SECTION(name_of(file)) {
      const auto result = run_scenario_file(file);
      INFO(message_of(result.status()));
      REQUIRE(result.ok());
      for (const ScenarioFailure& failure : result->failures) FAIL_CHECK(failure.report);
      CHECK(result->passed > 0);
    }
  }
}

TEST_CASE("every scenario file begins with the sentence under test and where it was decided") {
  for (const std::string& file : files_in(folder)) {
    DYNAMIC_SECTION(name_of(file)) {
      const std::string content = content_of(file);
      CHECK(content.starts_with("# "));
      std::string comment;
      for (const std::string& line : lines_of(content)) {
        if (!line.starts_with("#")) break;
        comment += line;
      }
      const auto names = [&](const char* source) {
        return comment.find(source) != std::string::npos;
      };
      CHECK((names("(SPEC ") || names("(docs/decisions-classes.md, ")));
    }
  }
}

TEST_CASE("every reason is expected by some scenario, alone") {
  std::string all;
  for (const std::string& file : files_in(folder)) all += content_of(file);
  for (const std::string_view reason : reason_names) {
    INFO(reason);
    // Behind it nothing, or a clause.
    const std::string expected = cat(" excluded_by ", reason);
    CHECK((all.find(expected + "\n") != std::string::npos ||
           all.find(expected + " blocked_by") != std::string::npos));
  }
}

TEST_CASE("bad scenarios are told exactly what their comments say, line by line") {
  // Relative paths in messages begin at the folder of the tests.
  constexpr std::string_view mark = "# error: ";
  const std::vector<std::string> files = files_in(folder + "/bad");
  REQUIRE(files.size() > 10);
  for (const std::string& file : files) {
    DYNAMIC_SECTION(name_of(file)) {
      std::vector<std::string> expected;
      for (const std::string& line : lines_of(content_of(file))) {
        if (line.starts_with(mark)) expected.push_back(line.substr(mark.size()));
      }
      const std::vector<std::string> told = complaints_about(run_scenario_file(file), file);
      for (std::size_t i = 0; i < std::min(told.size(), expected.size()); ++i) {
        INFO("told:     " << told[i] << "\nexpected: " << expected[i]);
        const std::size_t colon = expected[i].find(": ");
        CHECK(told[i].starts_with(expected[i].substr(0, colon + 2)));
        CHECK(told[i].find(expected[i].substr(colon + 2)) != std::string::npos);
      }
      CHECK(told.size() == expected.size());
      CHECK(!expected.empty());
    }
  }
}

TEST_CASE("a failing expectation of a check tells the line, what was expected, what is and why") {
  const std::string report = reports_of(
      "scenario a reboot  # of one host\n"
      "host h1 switch=s1 rack=none\n"
      "at 0s    manipulation h1 end\n"
      "at 840s  check s1 netmon CRIT since -1d\n"
      "at 840s  check h1 ssh OK since -1d\n"
      "at 840s    expect h1 ssh counts status OK window ..960s  # or not?\n");
  CHECK(report.starts_with(
      "s:6: at 840s    expect h1 ssh counts status OK window ..960s\n"
      "    scenario  a reboot\n"
      "    expected  counts window ..960s\n"
      "    is        excluded_by precedes_manipulation infrastructure_not_ok blocked_by s1 "
      "status OK window none next_change 960s\n"
      "    because   precedes_manipulation: "));
  // The sentences themselves are those of vitals/explain.h.
  CHECK(report.find("\n    because   infrastructure_not_ok: ") != std::string::npos);
  CHECK(report.find("\n    proof     ") != std::string::npos);
  CHECK(std::count(report.begin(), report.end(), '\n') == 7);
}

TEST_CASE("a failing expectation of a host tells all of its checks") {
  CHECK(reports_of("policy check link passive\n"
                   "policy check meta passive required\n"
                   "at 1m  check h1 link CRIT since -1d\n"
                   "at 2m  check h1 meta OK since -1d\n"
                   "at 3m  expect h1 state healthy failing none silent none\n") ==
        "s:5: at 3m  expect h1 state healthy failing none silent none\n"
        "    expected  state healthy failing none\n"
        "    is        state failing failing link waiting none silent none next_change 11m\n"
        "    check     link counts blocked_by none status CRIT window ..11m next_change 11m\n"
        "    check     meta counts blocked_by none status OK window ..12m next_change 12m\n");
}

TEST_CASE("moments are told as the line writes its own") {
  const auto told = [](const std::string& at) {
    const std::string report = reports_of("at 0s check h1 meta OK since -1d\nat " + at +
                                          " expect h1 meta next_change none\n");
    return report.substr(report.find("window"),
                         report.find('\n', report.find("window")) - report.find("window"));
  };
  CHECK(told("61s") == "window ..600s next_change 600s");
  CHECK(told("1m1s") == "window ..10m next_change 10m");
  CHECK(told("2024-01-01T00:01:01Z") ==
        "window ..2024-01-01T00:10:00Z next_change 2024-01-01T00:10:00Z");
}

TEST_CASE("what is told of a verdict can be pasted as an expectation") {
  struct Row {
    const char* why;
    std::string facts;
    std::string expect;  // without what is expected
  };
  const Row rows[] = {
      {"a check that counts", "at 0s check h1 meta OK since -1d\n", "at 1s expect h1 meta "},
      {"one that does not",
       "host h1 switch=s1 rack=r1\nat 0s check h1 ssh CRIT since 0s\n"
       "at 0s check r1 rack OK since -1d\n",
       "at 1m expect h1 ssh "},
      {"one that has a window later",
       "host h1 switch=none rack=r1\nat 100s check h1 ssh CRIT since 0s\n"
       "at 100s check r1 rack OK since -1d\n",
       "at 100s expect h1 ssh "},
      {"a window that began before 0s",
       "host h1 switch=none rack=r1\nat 0s check h1 ssh OK since -2d\n"
       "at 0s check r1 rack OK since -1d\n",
       "at 0s expect h1 ssh "},
      {"on a calendar",
       "host h1 switch=none rack=r1\nat 0s check h1 ssh OK since -2d\n"
       "at 0s check r1 rack OK since -1d\n",
       "at 2024-01-01T00:00:00Z expect h1 ssh "},
      {"one that is gone", "at 0s check h1 meta OK since -1d\n", "at 1h expect h1 meta "},
      {"no verdict", "host h1\nat 0s check h1 meta OK since -1d\n", "at 1s expect h1 link "},
      {"a host", "host h1\nat 0s assign h1\nat 0s check h1 meta CRIT since -1d\n",
       "at 1s expect h1 state "},
      {"no host", "at 0s assign h1\nat 0s remove h1\n", "at 1s expect h1 state "},
      {"the count of what was dropped",
       "at 0s assign h1\nat 0s remove h1\nat 0s check h1 meta OK since -1d\n",
       "at 1s expect dropped "},
      {"names that need quotes",
       "host \"h 1\" switch=\"none\" rack=\"\\\"#\\\\\"\nat 0s check \"h 1\" ssh OK since -1d\n",
       "at 1s expect \"h 1\" ssh "},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.why) {
      // Something that is surely not so.
      std::string wrong = "counts next_change 7s";
      if (row.expect.ends_with("state ")) wrong = "healthy next_change 7s";
      if (row.expect.ends_with("dropped ")) wrong = "7";
      const std::string report = reports_of(row.facts + row.expect + wrong + "\n");
      const std::string label = "\n    is        ";
      const std::size_t begin = report.find(label) + label.size();
      const std::string is = report.substr(begin, report.find('\n', begin) - begin);
      INFO(is);
      std::string line = row.expect.substr(0, row.expect.find(" expect ") + 8);
      if (!row.expect.ends_with("dropped ")) {
        const bool of_host = row.expect.ends_with("state ");
        line = row.expect.substr(0, row.expect.size() - (of_host ? 6 : 0));
      }
      const auto again = run_scenarios(row.facts + line + is + "\n", "s");
      REQUIRE(again.ok());
      CHECK(again->passed == 1);
      CHECK(again->failures.empty());
    }
  }
}

TEST_CASE("the language reads what people write") {
  struct Row {
    const char* why;
    std::string_view text;
    std::uint64_t passed;
  };
  constexpr Row rows[] = {
      {"comments, empty lines and blanks anywhere",
       "# a\n\n  \t host h1   # b\n\tat 0s\texpect h1 meta no verdict #c\n", 1},
      {"lines that end as on Windows, and its byte order mark",
       "\xef\xbb\xbfhost h1\r\nat 0s expect h1 meta no verdict\r\n", 1},
      {"a last line without an end", "host h1\nat 0s expect h1 meta no verdict", 1},
      {"a # inside a word", "host h#1\nat 0s expect h#1 meta no verdict\n", 1},
      {"lists with commas, blanks or both, in any order",
       "host h1\nat 0s expect h1 state unmonitored silent ssh,disk , memory meta,UNREACHABLE\n", 1},
      {"clauses in any order",
       "at 0s check h1 meta OK since -1d\nat 0s expect h1 meta next_change 10m status OK counts\n",
       1},
      {"reasons in any order",
       "at 0s check h1 meta OK since 10m\nat 2h expect h1 meta excluded_by stale, expired "
       "implausible_time\n",
       1},
      {"a name in quotes is no keyword",
       "policy check \"state\" passive\nat 0s check none \"state\" OK since -1d\n"
       "at 0s expect none \"state\" counts\n",
       1},
      {"a switch may be called none",
       "host h1 switch=\"none\" rack=none\nat 0s check h1 ssh OK since -1d\n"
       "at 0s expect h1 ssh excluded_by infrastructure_unknown blocked_by \"none\"\n",
       1},
      {"a host may be called dropped",
       "host dropped\nat 0s expect \"dropped\" meta no verdict\nat 0s expect dropped 0\n", 2},
      {"names beyond ASCII",
       "host \"\xd1\x85\xd0\xbe\xd1\x81\xd1\x82\"\n"
       "at 0s expect \xd1\x85\xd0\xbe\xd1\x81\xd1\x82 meta no verdict\n",
       1},
      {"durations of several units and one moment in two spellings",
       "at 1h1m1s assign h1\nat 3661s expect h1 meta excluded_by unobserved\n"
       "at 2024-01-01T01:01:01Z expect h1 meta excluded_by unobserved\n",
       2},
      {"moments before 0s on the calendar",
       "at 1970-01-01T00:00:00Z assign h1\n"
       "at 1970-01-01T00:00:00Z expect h1 meta next_change 1970-01-01T00:24:00Z\n",
       1},
      {"a host stated without a time is there from the first moment on",
       "host h1 switch=none rack=none\nat 1970-01-01T00:00:00Z check h1 ssh OK since "
       "1970-01-01T00:00:00Z\nat 1970-01-01T00:00:00Z expect h1 ssh counts\n",
       1},
      {"a first line that expects", "host h1\nat 5s expect h1 state unmonitored\n", 1},
      {"events of a second before and after others of it",
       "at 0s assign h1\nat 1s expect h1 meta excluded_by unobserved\nat 1s expect h1 ssh "
       "excluded_by unobserved\nat 2s check h1 meta OK since -1d\nat 2s expect h1 meta counts\n",
       3},
      {"a title with commas, quotes and a comment",
       "scenario one, \"two\"  # three\nhost h1\nat 0s expect h1 meta no verdict\n", 1},
      {"time starts over with a scenario",
       "host h1\nat 9s expect h1 meta no verdict\nscenario b\nhost h1\n"
       "at 1s expect h1 meta no verdict\n",
       2},
      {"facts start over with a scenario",
       "at 0s assign h1\nat 0s expect h1 meta excluded_by unobserved\nscenario b\nhost h1\n"
       "at 0s expect h1 meta no verdict\n",
       2},
      {"the policy starts over with a scenario",
       "policy checks none\nhost h1\nat 0s expect h1 state unmonitored silent none\nscenario b\n"
       "host h1\nat 0s expect h1 meta no verdict\n",
       2},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.why) {
      const auto result = run_scenarios(row.text, "s");
      INFO(message_of(result.status()));
      REQUIRE(result.ok());
      CHECK(result->passed == row.passed);
      for (const ScenarioFailure& failure : result->failures) FAIL_CHECK(failure.report);
    }
  }
}

TEST_CASE("bad input is told with its line and what was expected") {
  struct Row {
    const char* why;
    std::string text;
    std::string error;  // how the first error begins
  };
  const std::string h = "host h1\n";
  const std::string end = "at 9h expect h1 no host\n";
  const std::string usage = " should stand, expected: at TIME ";
  const Row rows[] = {
      {"an empty text", "", "s:1: nothing is expected here, expected a line such as: at 0s expect"},
      {"nothing but comments", "# a\n# b\n", "s:2: nothing is expected here"},
      {"only a policy", "# a\npolicy checks none\n", "s:2: a scenario that expects nothing"},
      {"a policy in front of the first title",
       "policy checks none\nscenario a\n" + h + "at 0s expect h1 no host\n",
       "s:1: a scenario that expects nothing"},
      {"bytes that are no UTF-8", "host h\xff\n", "s:1: bytes that are no UTF-8, expected text"},
      {"a control character", "host h1\x1b[31m\n", "s:1: a control character, expected text"},
      {"one beyond ASCII", "host h1\xc2\x9b\n", "s:1: a control character, expected text"},
      {"a carriage return inside a line", "host h1\rat 0s\n", "s:1: a control character"},
      {"quotes that do not end", "host \"h1 # here\n",
       "s:1: quotes that do not end in '\"h1 # here', expected a closing \""},
      {"an unknown escape", "host \"h\\n\"\n", "s:1: a backslash in quotes, expected \\\" or \\\\"},
      {"a backslash at the end", "host \"h\\\n", "s:1: a backslash in quotes"},
      {"an empty name", "host \"\"\n", "s:1: an empty name, expected HOST"},
      {"a name too long", "host " + std::string(256, 'x') + "\n",
       "s:1: a name of 256 bytes, expected at most 255"},
      {"a line too long", h + "# " + std::string(1 << 20, 'x') + "\n" + end,
       "s:2: a line longer than 1048576 bytes"},
      {"a title without a title", "scenario # a\n", "s:1: the line ends where TITLE should stand"},
      {"a statement in quotes", "\"host\" h1\n", "s:1: unknown statement 'host'"},
      {"host without a name", "host\n",
       "s:1: the line ends where HOST should stand, expected: host"},
      {"a switch without a name", "host h1 switch=\n", "s:1: an empty name, expected NAME or none"},
      {"a rack with a long name", "host h1 rack=" + std::string(256, 'x') + "\n",
       "s:1: a name of 256 bytes, expected at most 255"},
      {"a switch twice", "host h1 switch=a switch=b\n", "s:1: switch is stated twice"},
      {"a fact without a value", "host h1 switch\n",
       "s:1: unknown fact 'switch', expected switch=NAME or rack=NAME"},
      {"host without a time behind one", "at 0s assign h1\nhost h2\n",
       "s:2: host after the first at, expected: at TIME host HOST"},
      {"at without a time", "at\n", "s:1: the line ends where TIME" + usage + "EVENT"},
      {"at without an event", "at 0s\n", "s:1: the line ends where an event" + usage + "EVENT"},
      {"a time too long", "at 367d assign h1\n", "s:1: '367d' is longer than 366 days"},
      {"a time outside", "at 2106-02-07T06:28:16Z assign h1\n",
       "s:1: '2106-02-07T06:28:16Z' is outside 1970-01-01T00:00:00Z to 2106-02-07T06:28:15Z"},
      {"assign without a host", "at 0s assign\n",
       "s:1: the line ends where HOST" + usage + "assign HOST"},
      {"assign with more than a host", "at 0s assign h1 h2\n",
       "s:1: unexpected 'h2', expected: at TIME assign HOST"},
      {"work without a phase", h + "at 0s manipulation h1\n",
       "s:2: the line ends where begin or end" + usage + "manipulation HOST begin|end"},
      {"work on a host that nobody named", h + "at 0s manipulation h2 end\n",
       "s:2: no earlier line speaks of 'h2', expected a host, switch or rack that one does; did "
       "you mean h1?"},
      {"a rename without to", h + "at 0s rename h1 h2\n",
       "s:2: unexpected 'h2', expected: at TIME rename HOST to NAME"},
      {"a rename of a host that nobody named", "at 0s rename h1 to h2\n",
       "s:1: no earlier line speaks of 'h1'"},
      {"a removal of a host that nobody named", "at 0s remove h1\n",
       "s:1: no earlier line speaks of 'h1'"},
      {"a check without since", "at 0s check h1 meta OK\n",
       "s:1: the line ends where since" + usage + "check NAME CHECK STATUS since TIME"},
      {"a check with something else", "at 0s check h1 meta OK sinse -1d\n",
       "s:1: unexpected 'sinse', expected: at TIME check NAME CHECK STATUS since TIME"},
      {"a check since no time", "at 0s check h1 meta OK since 5\n", "s:1: '5' has no unit"},
      {"a check measured at no time", "at 0s check h1 memory OK since 5s measured\n",
       "s:1: the line ends where TIME" + usage + "check"},
      {"a check before it was received", "at 0s check h1 meta OK since -\n",
       "s:1: '' is no duration"},
      {"a check of a service that the policy does not name",
       "policy check meta passive\nat 0s check h1 mete OK since -1d\n",
       "s:2: unknown check 'mete', expected meta; did you mean meta?"},
      {"a check though the policy has none", "policy checks none\nat 0s check h1 ssh OK since 0s\n",
       "s:2: unknown check 'ssh', the policy has no checks at all"},
      {"an expectation of nobody", h + "at 0s expect\n", "s:2: the line ends where NAME" + usage},
      {"an expectation of nothing", h + "at 0s expect h1 ssh\n",
       "s:2: the line ends where an expectation" + usage + "expect NAME CHECK counts"},
      {"an expectation of a host and no more", h + "at 0s expect h1\n",
       "s:2: the line ends where CHECK" + usage},
      {"excluded by nothing", h + "at 0s expect h1 ssh excluded_by\n",
       "s:2: the line ends where REASON" + usage},
      {"excluded by none", h + "at 0s expect h1 ssh excluded_by none\n",
       "s:2: unknown reason 'none', expected unobserved, missing"},
      {"a reason twice", h + "at 0s expect h1 ssh excluded_by stale stale\n",
       "s:2: stale is said twice"},
      {"counts and excluded", h + "at 0s expect h1 ssh counts excluded_by stale\n",
       "s:2: 'excluded_by stale' beside 'counts', expected one of them"},
      {"a clause twice", h + "at 0s expect h1 ssh status OK status OK\n",
       "s:2: 'status OK' beside 'status OK', expected one of them"},
      {"no verdict and a status", h + "at 0s expect h1 ssh no verdict status OK\n",
       "s:2: no verdict beside something about it, expected no verdict alone"},
      {"a comment that no blank parts from a word", h + "at 0s expect h1 ssh no verdict#c\n",
       "s:2: unexpected 'verdict#c', expected: at TIME expect NAME CHECK"},
      {"half of no verdict", h + "at 0s expect h1 ssh no\n",
       "s:2: the line ends where verdict" + usage},
      {"half of no host", h + "at 0s expect h1 no\n", "s:2: the line ends where host" + usage},
      {"no host and a state", h + "at 0s expect h1 no host failing none\n",
       "s:2: no host beside something about it, expected no host alone"},
      {"blocked by nothing", h + "at 0s expect h1 ssh blocked_by\n",
       "s:2: the line ends where NAME" + usage},
      {"blocked by somebody that nobody named", h + "at 0s expect h1 ssh blocked_by s1\n",
       "s:2: no earlier line speaks of 's1'"},
      {"blocked by somebody twice", h + "at 0s expect h1 ssh blocked_by h1 h1\n",
       "s:2: 'h1' is said twice"},
      {"a window of three moments", h + "at 0s expect h1 ssh window 1s..2s..3s\n",
       "s:2: '2s..3s' is no duration"},
      {"a window from no moment", h + "at 0s expect h1 ssh window x..\n",
       "s:2: 'x' is no duration"},
      {"a window that is left out", h + "at 0s expect h1 ssh window\n",
       "s:2: the line ends where FROM..UNTIL or none" + usage},
      {"a next change that is left out", h + "at 0s expect h1 ssh next_change\n",
       "s:2: the line ends where TIME or none" + usage},
      {"a state that is left out", h + "at 0s expect h1 state\n",
       "s:2: the line ends where STATE" + usage},
      {"a list of the host with an unknown check",
       h + "at 0s expect h1 state failing silent sshd\n", "s:2: unknown check 'sshd'"},
      {"a clause of checks for a host", h + "at 0s expect h1 state failing status CRIT\n",
       "s:2: unknown expectation 'status', expected state, no, failing, waiting, silent or "
       "next_change"},
      {"no count of what was dropped", h + "at 0s expect dropped\n",
       "s:2: the line ends where COUNT" + usage + "expect dropped COUNT"},
      {"a count that is none", h + "at 0s expect dropped -1\n", "s:2: '-1' is no count"},
      {"more than a count", h + "at 0s expect dropped 1 2\n",
       "s:2: unexpected '2', expected: at TIME expect dropped COUNT"},
      {"a policy of nothing", "policy\n", "s:1: the line ends where a constant or a file should"},
      {"a constant without a value", "policy rename.detection\n",
       "s:1: the line ends where a duration such as"},
      {"a constant with two values", "policy rename.detection 1h 2h\n", "s:1: unexpected '2h'"},
      {"an unknown word for a constant", "policy infrastructure.settling reciept\n",
       "s:1: infrastructure.settling: 'reciept' is unknown, expected clock or receipt; did you "
       "mean receipt?"},
      {"a check without a name", "policy check\n", "s:1: the line ends where NAME should stand"},
      {"a check without accuracy", "policy check a passive accuracy=\n",
       "s:1: accuracy: '' is no duration"},
      {"an option twice", "policy check a passive accuracy=1s accuracy=2s\n",
       "s:1: accuracy is stated twice"},
      {"a check of period zero", "policy check a passive period=0s\n",
       "s:1: period: '0s' is no period, expected 1s or more"},
      {"a policy file behind another policy line", "policy juggler.overhead 1m\npolicy a.yml\n",
       "s:2: a policy file, expected before all other policy lines"},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.why) {
      const std::string error = error_of(row.text);
      INFO(error);
      CHECK(error.substr(0, row.error.size()) == row.error);
    }
  }
}

TEST_CASE("reading stops behind twenty errors") {
  std::string text;
  for (int i = 0; i < 30; ++i) text += "what\n";
  const auto result = run_scenarios(text, "s");
  REQUIRE(!result.ok());
  const std::vector<std::string> errors = lines_of(message_of(result.status()));
  REQUIRE(errors.size() == 21);
  CHECK(errors[19].starts_with("s:20: unknown statement 'what'"));
  CHECK(errors[20] == "s:20: too many errors, no more lines are read");
}

TEST_CASE("behind an error no other one is made of it") {
  // The host is not known because its line is in error; saying so would hide what to mend.
  const auto result =
      run_scenarios("host h1 swtch=s1\nat 0s manipulation h1 end\nat 0s expect h1 no host\n", "s");
  REQUIRE(!result.ok());
  CHECK(lines_of(message_of(result.status())).size() == 1);
}

TEST_CASE("what docs/scenarios.md shows is so") {
  const std::string page = content_of(std::string(VITALS_TESTS_DIR) + "/../docs/scenarios.md");
  const std::string fence = "```\n";
  const std::size_t begin = page.find(fence) + fence.size();
  std::string example = page.substr(begin, page.find(fence, begin) - begin);
  const auto result = run_scenarios(example, "reboot.vitals");
  REQUIRE(result.ok());
  CHECK(result->passed == 2);
  CHECK(result->failures.empty());

  const std::string wrong = "excluded_by precedes_manipulation";
  const std::size_t place = example.find(wrong);
  REQUIRE(place != std::string::npos);
  example.replace(place, wrong.size(), "counts");
  const auto failing = run_scenarios(example, "reboot.vitals");
  REQUIRE(failing.ok());
  REQUIRE(failing->failures.size() == 1);
  INFO(failing->failures[0].report);
  CHECK(page.find(failing->failures[0].report) != std::string::npos);

  example.replace(example.find("ssh counts"), 3, "shs");
  const std::string error = message_of(run_scenarios(example, "reboot.vitals").status());
  INFO(error);
  CHECK(page.find("\n" + error + "\n") != std::string::npos);
}

TEST_CASE("a file that cannot be read is told by its name") {
  const auto missing = run_scenario_file(folder + "/no_such_file.vitals");
  REQUIRE(!missing.ok());
  CHECK(message_of(missing.status()).starts_with(folder + "/no_such_file.vitals: "));
  CHECK(!run_scenario_file(folder).ok());
}

TEST_CASE("the program tells how many expectations passed and failed, and by its exit code") {
  struct Row {
    const char* why;
    std::vector<std::string> files;
    int code;
    const char* out;  // how it ends
    const char* err;  // how it ends
  };
  const Row rows[] = {
      {"all of them passed", {"reboot.vitals"}, 0, "2 passed, 0 failed\n", ""},
      {"several files are counted together",
       {"reboot.vitals", "reboot.vitals"},
       0,
       "4 passed, 0 failed\n",
       ""},
      {"one failed",
       {"reboot.vitals", "bad/counts_too_early.vitals"},
       1,
       "\n\n2 passed, 1 failed\n",
       ""},
      {"one file is bad, the others run all the same",
       {"bad/misspelled_check.vitals", "bad/counts_too_early.vitals", "reboot.vitals"},
       2,
       "\n\n2 passed, 1 failed, 1 file not run\n",
       "or ssh; did you mean UNREACHABLE?\n"},
      {"two files are bad",
       {"bad/misspelled_check.vitals", "no_such_file.vitals"},
       2,
       "0 passed, 0 failed, 2 files not run\n",
       "No such file or directory\n"},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.why) {
      std::vector<std::string> arguments{"test"};
      for (const std::string& file : row.files) arguments.push_back(cat(folder, "/", file));
      const Ran ran = run_program(arguments);
      INFO(ran.out << ran.err);
      CHECK(ran.exit_code == row.code);
      CHECK(ran.out.ends_with(row.out));
      CHECK(ran.err.ends_with(row.err));
      CHECK(ran.err.empty() == std::string_view(row.err).empty());
    }
  }
}

TEST_CASE("the program reads a scenario from standard input, and wants at least one") {
  const Ran ran = run_program({"test", "-"}, content_of(folder + "/reboot.vitals"));
  CHECK(ran.exit_code == 0);
  CHECK(ran.out == "2 passed, 0 failed\n");
  CHECK(run_program({"test"}).exit_code == 2);
}

}  // namespace vitals
