// SPDX-License-Identifier: Apache-2.0
// `vitals simulate`, run as a user runs it.
#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <string>
#include <vector>

#include "program.h"

namespace vitals {
namespace {

const std::string scenario =
    "lasts: 1h\nhosts: 2\nhappenings:\n"
    "  - {what: repair, at: 10m, first: 1, count: 1, lasts: 5m}\n";

std::size_t lines_of(const std::string& text) {
  return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

TEST_CASE("simulate writes a recording that replays, and a truth beside it", "[program]") {
  const TemporaryFolder folder;
  const std::string file = folder.write("s.yaml", scenario);
  const Ran made = run_program({"simulate", file, "--seed", "3", "--out", folder.path("r.ndjson"),
                                "--truth", folder.path("t.ndjson")});
  CHECK(made.exit_code == 0);
  CHECK(made.out.empty());
  const std::string recording = folder.read("r.ndjson");
  const std::string truth = folder.read("t.ndjson");
  CHECK(made.err == "vitals: events simulated " + std::to_string(lines_of(recording)) +
                        ", changes of truth " + std::to_string(lines_of(truth)) + "\n");
  CHECK(recording.find(R"({"event":"manipulation","time":1700000600,"host":"host-000001",)"
                       R"("phase":"begin"})") != std::string::npos);
  CHECK(truth.find(R"({"time":1700000600,"host":"host-000001","check":"ssh","status":"CRIT"})") !=
        std::string::npos);
  const Ran replayed = run_program({"replay", folder.path("r.ndjson"), "--hosts"});
  CHECK(replayed.exit_code == 0);
  CHECK(replayed.out.find("\"state\":\"healthy\"") != std::string::npos);
  CHECK_FALSE(std::filesystem::exists(folder.path("r.ndjson.new")));
}

TEST_CASE("simulate writes to standard output unless told otherwise; a seed is its bytes",
          "[program]") {
  const TemporaryFolder folder;
  const std::string file = folder.write("s.yaml", scenario);
  const Ran first = run_program({"simulate", file});
  CHECK(first.exit_code == 0);
  CHECK(lines_of(first.out) > 200);
  CHECK(run_program({"simulate", file, "--seed", "1"}).out == first.out);
  CHECK(run_program({"simulate", file, "--seed", "2"}).out != first.out);
  const Ran longer = run_program({"simulate", file, "--days", "1", "--hosts", "3"});
  CHECK(longer.out.find("host-000002") != std::string::npos);
  CHECK(lines_of(longer.out) > 20 * lines_of(first.out));
  CHECK(run_shell("\"$VITALS\" simulate " + shell_quoted(file) + " | \"$VITALS\" replay -")
            .exit_code == 0);
}

TEST_CASE("simulate writes into what is no file, and leaves it what it is", "[program]") {
  const TemporaryFolder folder;
  const std::string file = folder.write("s.yaml", scenario);
  const std::string pipe = folder.path("truth");
  const Ran made =
      run_shell("mkfifo " + pipe + " && { cat " + pipe + " & } && \"$VITALS\" simulate " + file +
                " --truth " + pipe + " --out " + folder.path("r") + "; wait");
  CHECK(made.exit_code == 0);
  CHECK(lines_of(made.out) > 10);
  CHECK(std::filesystem::is_fifo(pipe));
}

TEST_CASE("simulate refuses what cannot be, and then writes nothing", "[program]") {
  struct Row {
    const char* why;
    std::vector<std::string> arguments;
    const char* expected;
  };
  const TemporaryFolder folder;
  const std::string good = folder.write("s.yaml", scenario);
  const std::string bad = folder.write("bad.yaml", "hots: 3\n");
  const std::string old = folder.write("old.ndjson", "old\n");
  const std::vector<Row> rows{
      {"no scenario", {}, "SCENARIO is required"},
      {"none there", {folder.path("none.yaml")}, "none.yaml: "},
      {"a misspelt key", {bad, "--out", old}, "bad.yaml:1:1: "},
      {"a seed that is no number", {good, "--seed", "x"}, "--seed"},
      {"a negative seed", {good, "--seed", "-1"}, "--seed"},
      {"no hosts", {good, "--hosts", "0"}, "--hosts"},
      {"too many hosts", {good, "--hosts", "10000001"}, "--hosts"},
      {"no days", {good, "--days", "0"}, "--days"},
      {"more than a year", {good, "--days", "367"}, "--days"},
      {"both to one place", {good, "--out", "a", "--truth", "a"}, "--truth"},
      {"both to standard output", {good, "--truth", "-"}, "--truth"},
      {"over the scenario", {good, "--out", good}, "is read: it would be lost"},
      {"into a folder that is not there", {good, "--out", folder.path("no/r")}, "no/r"},
      {"an empty name", {good, "--out", ""}, "--out"}};
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.why) {
      std::vector<std::string> arguments{"simulate"};
      arguments.insert(arguments.end(), row.arguments.begin(), row.arguments.end());
      const Ran ran = run_program(arguments);
      CHECK(ran.exit_code == 2);
      CHECK(ran.out.empty());
      INFO(ran.err);
      CHECK(ran.err.find(row.expected) != std::string::npos);
      CHECK(folder.read("old.ndjson") == "old\n");
      CHECK(folder.read("s.yaml") == scenario);
    }
  }
}

TEST_CASE("A simulation that nobody reads ends quietly, and one that is killed leaves no file",
          "[program]") {
  const TemporaryFolder folder;
  const std::string file = folder.write("s.yaml", scenario);
  const Ran closed = run_shell("\"$VITALS\" simulate " + shell_quoted(file) +
                               " --days 30 | head -n 1 >/dev/null; exit ${PIPESTATUS[0]}");
  CHECK((closed.exit_code == 141 || closed.exit_code == 0));
  CHECK(closed.err.empty());
  const std::string out = folder.path("r.ndjson");
  const Ran killed =
      run_shell("\"$VITALS\" simulate " + shell_quoted(file) + " --days 366 --hosts 1000 --out " +
                shell_quoted(out) + " & sleep 0.3; kill -9 $!; wait $! 2>/dev/null; exit 0");
  CHECK_FALSE(std::filesystem::exists(out));
}

}  // namespace
}  // namespace vitals
