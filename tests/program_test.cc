// SPDX-License-Identifier: Apache-2.0
// The program as people meet it: exit codes, what stands on which stream, pipes and signals.
#include "program.h"

#include <catch2/catch.hpp>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

namespace vitals {
namespace {

using namespace std::string_view_literals;

// What compressed files begin with.
constexpr std::string_view gzip_header = "\x1f\x8b\x08\0\0\0\0\0"sv;
constexpr std::string_view zstd_magic = "\x28\xb5\x2f\xfd";
constexpr std::string_view xz_header = "\xfd\x37zXZ\0\0"sv;  // fd 7zXZ 00 00
constexpr std::string_view bzip2_header = "BZh91AY&SY";

const std::string good =
    R"({"receive_time":1000,"host":"h1","service":"link","status":"OK","status_mtime":50})"
    "\n";

std::string fact(const std::string& fields) { return "{\"event\":" + fields + "}\n"; }

struct BadInput {
  const char* why;
  std::vector<std::string> arguments;
  std::string input;
  const char* message;
};

void check_all(const std::vector<BadInput>& rows) {
  for (const BadInput& row : rows) {
    DYNAMIC_SECTION(row.why) {
      const Ran ran = run_program(row.arguments, row.input);
      CHECK(ran.exit_code == 2);
      CHECK_THAT(ran.err, Catch::Contains(row.message));
      CHECK(ran.err.size() < 2000);  // short enough to be read
      CHECK((ran.out.empty() || ran.out.back() == '\n'));
    }
  }
}

const std::vector<std::string> replay{"replay", "-"};

TEST_CASE("a recording that cannot be ends the program with code 2 and says where", "[program]") {
  check_all({
      {"no JSON", replay, "hello\n", "<stdin>:1: no JSON object"},
      {"behind a good line", replay, good + "hello\n", "<stdin>:2: no JSON object"},
      {"a number beyond any double under an ignored key", replay, R"({"receive_time":5,"x":1e999})",
       "<stdin>:1: a number that no double holds"},
      {"an array", replay, "[]\n", "<stdin>:1: expected one JSON object a line"},
      {"a truncated last line", replay, good + good.substr(0, 30),
       "<stdin>:2: the last line is truncated"},
      {"bad UTF-8", replay, "{\"host\":\"\xc3\x28\"}\n", "<stdin>:1: no JSON object"},
      {"NUL bytes", replay, std::string("\0\0\0\n", 4), "<stdin>:1: no JSON object"},
      {"a missing field", replay, R"({"host":"h"})", "missing 'receive_time'"},
      {"an ill-typed field", replay, R"({"receive_time":1,"host":5})", "'host' must be a string"},
      {"an unknown event", replay, fact(R"("explode","time":1,"host":"h")"),
       "unknown event 'explode', expected check, host, assign"},
      {"an unknown status", replay,
       R"({"receive_time":1,"host":"h","service":"link","status":"GOOD","status_mtime":1})",
       "unknown status 'GOOD', expected OK, WARN, CRIT, NODATA or INFO"},
      {"an empty name", replay, fact(R"("assign","time":1,"host":"")"), "'host' is empty"},
      {"before 1970", replay, fact(R"("assign","time":-1,"host":"h")"), "'time' is outside 1970"},
      {"after 2106", replay, fact(R"("assign","time":4294967296,"host":"h")"), "outside 1970"},
      {"backwards", replay, good + fact(R"("assign","time":999,"host":"h")"),
       "<stdin>:2: time runs backwards by 1s"},
      {"the hint how to sort", replay, good + fact(R"("assign","time":999,"host":"h")"),
       "--reorder DURATION puts late ones in order"},
      {"too late for the reordering",
       {"replay", "--reorder", "5s", "-"},
       good + fact(R"("assign","time":990,"host":"h")"),
       "more than --reorder 5s allows"},
      {"work on nobody", replay, fact(R"("manipulation","time":1,"host":"h","phase":"end")"),
       "<stdin>:1: unknown host 'h', expected one that an earlier line declared"},
      {"rename of nobody", replay, fact(R"("rename","time":1,"host":"h","to":"i")"),
       "unknown host 'h'"},
      {"removal of nobody", replay, fact(R"("remove","time":1,"host":"h")"), "unknown host 'h'"},
      {"removal twice", replay,
       good + fact(R"("remove","time":1000,"host":"h1")") +
           fact(R"("remove","time":1000,"host":"h1")"),
       "<stdin>:3: unknown host 'h1', it was removed or renamed before"},
      {"rename onto the living", replay,
       fact(R"("host","time":1,"host":"a")") + fact(R"("host","time":1,"host":"b")") +
           fact(R"("rename","time":2,"host":"a","to":"b")"),
       "<stdin>:3: rename of 'a' onto 'b', a living host"},
      {"rename onto itself", replay,
       fact(R"("host","time":1,"host":"a")") + fact(R"("rename","time":2,"host":"a","to":"a")"),
       "<stdin>:2: rename of 'a' onto 'a'"},
      {"an unknown phase", replay, fact(R"("manipulation","time":1,"host":"h","phase":"x")"),
       "unknown phase 'x', expected begin or end"},
      {"a misspelt fact", replay, fact(R"("host","time":1,"host":"h","swtich":"s")"),
       "unknown key 'swtich', host has: event, time, host, switch, rack"},
      {"a truncated gzip stream", replay, std::string(gzip_header),
       "<stdin>:1: the gzip stream is truncated"},
      {"a truncated zstd stream", replay, std::string(zstd_magic), "<stdin>:1: the zstd stream is"},
      {"an escape sequence in a name", replay, fact(R"("remove","time":1,"host":"\u001b[31mred")"),
       "unknown host '\\x1b[31mred'"},
  });
}

TEST_CASE("a command line that cannot be ends the program with code 2 and says why", "[program]") {
  check_all({
      {"nothing", {}, "", "A subcommand is required"},
      {"an unknown command", {"relpay"}, "", "unknown command 'relpay'; did you mean replay?"},
      {"an unknown option",
       {"replay", "--evry", "5m", "-"},
       "",
       "unknown option '--evry'; did you mean --every?"},
      {"no recording", {"replay"}, "", "RECORDING is required"},
      {"a recording that is not there",
       {"replay", "/nonexistent/x"},
       "",
       "/nonexistent/x: cannot be opened: No such file or directory"},
      {"a folder", {"replay", "/tmp"}, "", "Is a directory"},
      {"standard input twice, once for what is expected",
       {"replay", "--expect", "-", "-"},
       good,
       "--expect: -: standard input can be read once only"},
      {"an empty file name, as an unset variable leaves it",
       {"replay", "--expect", "", "-"},
       good,
       "--expect: must not be empty"},
      {"an empty policy", {"replay", "--policy", "", "-"}, good, "--policy: must not be empty"},
      {"an empty check",
       {"explain", "--host", "h1", "--check", "", "--at", "1000", "-"},
       good,
       "--check: must not be empty"},
      {"a check of a switch, asked of a host",
       {"explain", "--host", "h1", "--check", "netmon", "--at", "1000", "-"},
       good,
       "check 'netmon' is of a switch, and 'h1' is a host"},
      {"standard input twice", {"replay", "-", "-"}, "", "standard input can be read once only"},
      {"a duration without a unit",
       {"replay", "--every", "300", "-"},
       "",
       "'300' has no unit, expected a duration such as 90s or 5m"},
      {"an unknown unit", {"replay", "--every", "5x", "-"}, "", "'5x' is no duration"},
      {"a negative duration", {"replay", "--reorder=-5s", "-"}, "", "'-5s' is negative"},
      {"a step of nothing", {"replay", "--every", "0s", "-"}, "", "must be longer than 0s"},
      {"a duration of years", {"replay", "--every", "367d", "-"}, "", "longer than 366 days"},
      {"no time", {"replay", "--at", "noon", "-"}, "", "'noon' is no moment"},
      {"a time without offset",
       {"replay", "--from", "2023-11-14T22:13:20", "-"},
       "",
       "is no moment, expected Unix seconds such as 1700000000 or RFC 3339"},
      {"a time after 2106", {"replay", "--until", "4294967296", "-"}, "", "is outside 1970"},
      {"two modes", {"replay", "--on-change", "--every", "5m", "-"}, "", "excludes"},
      {"two other modes", {"replay", "--every", "5m", "-", "--at", "5"}, "", "excludes"},
      {"an unknown format", {"replay", "--format", "xml", "-"}, "", "xml"},
      {"an expectation that is not there",
       {"replay", "--expect", "/nonexistent/y", "-"},
       "",
       "/nonexistent/y: cannot be opened"},
      {"a policy that is not there",
       {"replay", "--policy", "/nonexistent/p", "-"},
       "",
       "/nonexistent/p: "},
      {"the same for `policy`", {"policy", "/nonexistent/p"}, "", "/nonexistent/p: "},
      {"explain without a host", {"explain", "--at", "5", "-"}, "", "--host"},
      {"explain without a time", {"explain", "--host", "h", "-"}, "", "--at"},
      {"an unknown host", {"explain", "--host", "h2", "--at", "1000", "-"}, good, "h1"},
      {"an unknown check",
       {"explain", "--host", "h1", "--check", "lnik", "--at", "1000", "-"},
       good,
       "link"},
      {"nothing happened yet", {"explain", "--host", "h1", "--at", "10", "-"}, good, ""},
      {"a scenario that is not there", {"test", "/nonexistent/s"}, "", "/nonexistent/s"},
      {"test without a file", {"test"}, "", "FILE is required"},
      {"an unknown source", {"convert", "--from", "zabbix", "-"}, "", "zabbix"},
      {"convert without a source", {"convert", "-"}, "", "--from"},
      {"events that are none", {"convert", "--from", "icinga2", "-"}, "hello\n", "<stdin>:1: "},
      {"a map that is not there",
       {"convert", "--from", "icinga2", "--map", "/nonexistent/m", "-"},
       "",
       "/nonexistent/m"},
      {"an unknown shell", {"completion", "tcsh"}, "", "tcsh"},
      {"calibrate without a recording", {"calibrate"}, "", "RECORDING is required"},
      {"a target that is no number", {"calibrate", "--target", "few", "-"}, good, "--target: "},
      {"a target of nothing",
       {"calibrate", "--target", "0", "-"},
       good,
       "expected a share above 0"},
      {"more than half", {"calibrate", "--target", "0.6", "-"}, good, "and at most 0.5"},
      {"an infinite target", {"calibrate", "--target", "inf", "-"}, good, "and at most 0.5"},
      {"no number at all", {"calibrate", "--target", "nan", "-"}, good, "and at most 0.5"},
      {"a format of lines", {"calibrate", "--format", "ndjson", "-"}, good, "--format: "},
      {"standard input twice, once for the truth",
       {"calibrate", "--truth", "-", "-"},
       good,
       "--truth: -: standard input can be read once only"},
      {"a truth that is not there",
       {"calibrate", "--truth", "/nonexistent/t", "-"},
       good,
       "/nonexistent/t: cannot be opened: No such file or directory"},
  });
}

TEST_CASE("a policy that cannot be is told with file, line and column, all errors at once",
          "[program]") {
  const TemporaryFolder folder;
  const std::string path =
      folder.write("p.yaml", "juggler: {push_perod: 5m}\nnetmon:\n  fetch_period: 60\n");
  const Ran ran = run_program({"replay", "--policy", path, "-"}, good);
  CHECK(ran.exit_code == 2);
  CHECK(ran.out.empty());
  CHECK_THAT(ran.err, Catch::Contains(path + ":1:11: ") && Catch::Contains("push_period"));
  CHECK_THAT(ran.err, Catch::Contains(path + ":3:17: "));
}

TEST_CASE("verdicts before a bad line stand, whole, and the summary is on standard error",
          "[program]") {
  const Ran ran = run_program(
      replay, good + fact(R"("assign","time":1001,"host":"h1")") + fact(R"("x","time":2000)"));
  CHECK(ran.exit_code == 2);
  CHECK_THAT(ran.out, Catch::StartsWith(R"({"time":1000,"host":"h1","check":"link")"));
  CHECK_THAT(ran.out, Catch::Contains(R"({"time":1900,)") && Catch::EndsWith("}\n"));
  CHECK_THAT(ran.err, Catch::Contains("events read 2, dropped as out of date 0"));
}

TEST_CASE("replay --lenient goes on and says what was skipped", "[program]") {
  const Ran ran = run_program({"replay", "--lenient", "-"},
                              "rubbish\n" + good + fact(R"("remove","time":1000,"host":"x")"));
  CHECK(ran.exit_code == 0);
  CHECK_THAT(ran.out, Catch::Contains("\"check\":\"link\""));
  CHECK_THAT(ran.err, Catch::Contains("1 line skipped: bad JSON") &&
                          Catch::Contains("1 line skipped: unknown host"));
}

TEST_CASE("replay --at takes several times and recordings in one go", "[program]") {
  const TemporaryFolder folder;
  const std::string path = folder.write("r", good);
  const std::string one = run_program({"replay", "--at", "1000", "1601", path}).out;
  CHECK(one == run_program({"replay", path, "--at", "1000", "--at", "1601"}).out);
  CHECK(one == run_program({"replay", path, "--at", "1000,1970-01-01T00:26:41Z"}).out);
  CHECK_THAT(one, Catch::Contains("\"time\":1000") && Catch::Contains("\"time\":1601"));
}

TEST_CASE("without a mode, replay tells what changes", "[program]") {
  CHECK(run_program(replay, good).out == run_program({"replay", "--on-change", "-"}, good).out);
}

TEST_CASE("replay --expect finds equal lines equal, and exits 1 with the difference otherwise",
          "[program]") {
  const TemporaryFolder folder;
  const std::string lines = run_program(replay, good).out;
  const std::string expected = folder.write("e", lines);
  const Ran same = run_program({"replay", "--expect", expected, "-"}, good);
  CHECK(same.exit_code == 0);
  CHECK(same.out.empty());
  CHECK_THAT(same.err, Catch::Contains("1 lines as expected, 0 differ"));

  std::string changed = good;
  changed.replace(changed.find("OK"), 2, "CRIT");
  const Ran other = run_program({"replay", "--expect", expected, "-"}, changed);
  CHECK(other.exit_code == 1);
  CHECK_THAT(other.out, Catch::Contains("status: expected \"OK\", is \"CRIT\""));
}

TEST_CASE("a table is for people, without colours where nobody watches", "[program]") {
  const Ran ran = run_program({"replay", "--format", "table", "-"}, good);
  CHECK(ran.exit_code == 0);
  CHECK_THAT(ran.out, Catch::StartsWith("TIME ") && Catch::Contains("h1") &&
                          Catch::Contains("until 00:26:40"));
  CHECK(ran.out.find('\033') == std::string::npos);
}

TEST_CASE("the columns of a table are as wide as the longest check from the first row on",
          "[program]") {
  const TemporaryFolder folder;
  const std::string policy = folder.write(
      "policy", "checks:\n  link: {kind: passive}\n  the-fan-of-the-disks: {kind: passive}\n");
  std::string checks = good;
  checks += R"({"receive_time":1000,"host":"h1","service":"the-fan-of-the-disks","status":"OK",)"
            R"("status_mtime":50})";
  const Ran ran = run_program({"replay", "--policy", policy, "--format", "table", "-"}, checks);
  INFO(ran.out);
  std::istringstream lines(ran.out);
  std::string line;
  std::getline(lines, line);
  const std::size_t column = line.find("STATUS");
  std::size_t rows = 0;
  while (std::getline(lines, line)) {
    if (line.find(" OK ") == std::string::npos) continue;
    ++rows;
    CHECK(line.find("OK ") == column);
  }
  CHECK(rows == 2);
}

TEST_CASE("a policy that names nothing of a recording is told, with what to do", "[program]") {
  const TemporaryFolder folder;
  const std::string policy = folder.write("policy", "checks: {other: {kind: passive}}\n");
  const std::string unknown =
      R"({"receive_time":1000,"host":"h1","service":"x","status":"OK","status_mtime":50})"
      "\n";
  struct Row {
    const char* why;
    std::vector<std::string> arguments;
    std::string input;
    std::string said;  // empty: nothing
  };
  const std::string advice =
      " has no check of this recording; --policy FILE names another policy, and "
      "`vitals audit policy CATALOGUE` prints one for the audits of a catalogue\n";
  for (const Row& row : {
           Row{"nothing is known",
               {"-"},
               unknown,
               "vitals: nothing is judged: the default policy" + advice},
           Row{"of hosts", {"--hosts", "-"}, unknown, "the default policy" + advice},
           Row{"by a file",
               {"--policy", policy, "-"},
               unknown + good,
               std::string("vitals: nothing is judged: ").append(policy).append(advice)},
           Row{"some are known", {"-"}, unknown + good, ""},
           Row{"long ago", {"--at", "4000000000", "-"}, unknown + good, ""},
           Row{"all are known", {"-"}, good, ""},
           Row{"there is none", {"-"}, "", ""},
       }) {
    INFO(row.why);
    std::vector<std::string> arguments{"replay"};
    arguments.insert(arguments.end(), row.arguments.begin(), row.arguments.end());
    const Ran ran = run_program(arguments, row.input);
    CHECK(ran.exit_code == 0);
    if (row.said.empty()) {
      CHECK_THAT(ran.err, !Catch::Contains("nothing is judged"));
    } else {
      CHECK_THAT(ran.err, Catch::Contains(row.said));
    }
  }
}

TEST_CASE("what cannot be calibrated is told with its place, and nothing else is", "[program]") {
  const std::string truth = R"({"time":5,"host":"h1","check":"link","status":"OK"})"
                            "\n";
  struct Row {
    const char* why;
    std::string recording;
    std::string truth;
    const char* error;
  };
  const Row rows[] = {
      {"no JSON", good + "hello\n", truth, "<stdin>:2: no JSON object"},
      {"work on nobody", good + fact(R"("manipulation","time":1000,"host":"h","phase":"end")"),
       truth, "<stdin>:2: unknown host 'h', expected one that an earlier line declared"},
      {"a truth that is none", good, truth + "{}\n", "truth:2: missing 'time'"},
      {"a truth that runs backwards", good,
       truth + R"({"time":4,"host":"h","check":"c","status":"OK"})",
       "truth:2: time runs backwards by 1000 ms"},
      {"a truncated truth", good, truth.substr(0, 20), "truth:1: the last line is truncated"},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.why) {
      const TemporaryFolder folder;
      folder.write("truth", row.truth);
      for (const char* target : {"", "--target 0.1"}) {
        const Ran ran = run_shell("cd " + shell_quoted(folder.path("")) +
                                      " && exec \"$VITALS\" calibrate --truth truth - " + target,
                                  row.recording);
        CHECK(ran.exit_code == 2);
        CHECK_THAT(ran.err, Catch::StartsWith(row.error));
        CHECK(ran.out.empty());
      }
    }
  }
  // What lies behind the recording is never looked at.
  const TemporaryFolder folder;
  const std::string later =
      folder.write("truth", truth + R"({"time":2000,"host":"h1","check":"link","status":"CRIT"})"
                                    "\n");
  CHECK(run_program({"calibrate", "--truth", later, "-"}, good).exit_code == 0);
}

TEST_CASE("calibrate --lenient goes on and says what was skipped", "[program]") {
  const Ran ran = run_program({"calibrate", "--lenient", "-"},
                              good + "hello\n" + fact(R"("remove","time":1000,"host":"h")"));
  CHECK(ran.exit_code == 0);
  CHECK(ran.err == "vitals: 1 line skipped: bad JSON\nvitals: 1 line skipped: unknown host\n");
  CHECK_THAT(ran.out, Catch::StartsWith("1970-01-01T00:16:40Z to 1970-01-01T00:16:40Z, 0s: "
                                        "1 report of 1 check of hosts"));
}

TEST_CASE("calibrate prints a table, a policy with a target, and JSON for programs", "[program]") {
  const Ran table = run_program({"calibrate", "-"}, good);
  CHECK_THAT(table.out,
             Catch::Contains("\n  MEASURED ") && Catch::Contains("\njuggler.overhead  4m"));
  CHECK(table.out.find('\033') == std::string::npos);
  const Ran policy =
      run_shell("\"$VITALS\" calibrate --target 1e-4 - | \"$VITALS\" policy /dev/stdin", good);
  CHECK(policy.exit_code == 0);
  CHECK_THAT(policy.out, Catch::StartsWith("juggler:\n  push_period: 5m"));
  CHECK_THAT(run_program({"calibrate", "--target", "1e-4", "-"}, good).out,
             Catch::StartsWith("# Suggested by vitals calibrate"));
  const Ran both = run_program({"calibrate", "--target", "1e-4", "--format", "table", "-"}, good);
  CHECK_THAT(both.out, Catch::Contains("\n  MEASURED "));
  const Ran json = run_program({"calibrate", "--format", "json", "--target", "1e-4", "-"}, good);
  CHECK_THAT(json.out, Catch::StartsWith("{\"first\":1000,") &&
                           Catch::Contains(R"("suggested":[{"value":"juggler.push_period")"));
}

TEST_CASE("on a terminal a table has colours, unless NO_COLOR says otherwise", "[program]") {
  // script(1) gives the program a terminal.
  const std::string command = "script -qec \"'$VITALS' replay --format table r.ndjson\" /dev/null";
  const std::string begin = "cd $(mktemp -d) && cat > r.ndjson && export TERM=xterm; ";
  const Ran colored = run_shell(begin + command, good);
  CHECK(colored.out.find("\033[32m") != std::string::npos);
  const Ran plain = run_shell(begin + "NO_COLOR=1 " + command, good);
  CHECK(plain.out.find("\033[3") == std::string::npos);
  CHECK_THAT(plain.out, Catch::Contains("link"));
}

TEST_CASE("a closed pipe ends the program quietly", "[program]") {
  const Ran ran = run_shell(
      "for i in $(seq 20000); do echo '{\"receive_time\":1000,\"host\":\"h'$i'\",\"service\":"
      "\"link\",\"status\":\"OK\",\"status_mtime\":50}'; done > /tmp/vitals-pipe-$$;"
      "\"$VITALS\" replay /tmp/vitals-pipe-$$ | head -1; rm /tmp/vitals-pipe-$$");
  CHECK(ran.exit_code == 0);
  CHECK_THAT(ran.out, Catch::StartsWith("{\"time\":1000") && Catch::EndsWith("}\n"));
  CHECK(ran.err.empty());
}

TEST_CASE("a closed pipe is quiet where the signal of it was ignored", "[program]") {
  const Ran cut = run_shell(
      "f=$(mktemp); for i in $(seq 20000); do echo '{\"receive_time\":1000,\"host\":\"h'$i'\","
      "\"service\":\"link\",\"status\":\"OK\",\"status_mtime\":50}'; done > $f; "
      "(trap '' PIPE; exec \"$VITALS\" replay $f) | head -1; rm $f");
  CHECK_THAT(cut.out, Catch::StartsWith("{\"time\":1000") && Catch::EndsWith("}\n"));
  CHECK(cut.err.empty());
}

TEST_CASE("a recording may begin with a byte order mark", "[program]") {
  const Ran ran = run_program({"replay", "-"}, "\xef\xbb\xbf" + good);
  CHECK(ran.exit_code == 0);
  CHECK(ran.out == run_program({"replay", "-"}, good).out);
}

TEST_CASE("no option takes the next word for the value that it lacks", "[program]") {
  const TemporaryFolder folder;
  const std::string recording = folder.write("r.ndjson", good);
  const Ran ran = run_program({"explain", "--host", "h1", "--at", "1000", "--svg=", recording});
  CHECK(ran.exit_code == 2);
  CHECK_THAT(ran.err, Catch::Contains("--svg: must not be empty"));
  CHECK(folder.read("r.ndjson") == good);
}

TEST_CASE("a picture is never drawn over what is read", "[program]") {
  const TemporaryFolder folder;
  const std::string recording = folder.write("r.ndjson", good);
  const auto draw = [&](const std::string& to) {
    return run_program({"explain", "--host", "h1", "--at", "1000", "--svg", to, recording});
  };
  for (const auto& [to, message] : {std::pair(recording, "is read: it would be lost"),
                                    std::pair(folder.path("./r.ndjson"), "is read"),
                                    std::pair(std::string("-"), "-: expected a file"),
                                    std::pair(std::string(), "must not be empty")}) {
    CAPTURE(to);
    const Ran ran = draw(to);
    CHECK(ran.exit_code == 2);
    CHECK_THAT(ran.err, Catch::Contains(message));
  }
  CHECK(folder.read("r.ndjson") == good);
  CHECK(draw(folder.path("why.svg")).exit_code == 0);
}

TEST_CASE("help that cannot be written is an error as all output is", "[program]") {
  for (const char* asked : {"--help", "--version", "replay --help", "man"}) {
    CAPTURE(asked);
    CHECK(run_shell("\"$VITALS\" " + std::string(asked) + " > /dev/full").exit_code == 3);
  }
}

TEST_CASE("the manual page has the arguments that are no options", "[program]") {
  const Ran ran = run_program({"man"});
  CHECK_THAT(ran.out, Catch::Contains("plain, gzip or zstd, merged by time") &&
                          Catch::Contains("replay\\fR [\\fIOPTION\\fR...] \\fIRECORDING\\fR...") &&
                          Catch::Contains("policy\\fR [\\fIOPTION\\fR...] [\\fIFILE\\fR]"));
}

TEST_CASE("what is neither a time nor a file is told as such", "[program]") {
  const Ran ran = run_program({"replay", "--at", "1000", "2023-13-14T22:13:20Z", "-"}, good);
  CHECK(ran.exit_code == 2);
  CHECK_THAT(ran.err, Catch::Contains("'2023-13-14T22:13:20Z' is neither a file nor a time"));
}

TEST_CASE("an empty stretch of time is told, not passed over in silence", "[program]") {
  const Ran ran = run_program({"replay", "--from", "1001", "--until", "1000", "-"}, good);
  CHECK(ran.exit_code == 0);
  CHECK(ran.out.empty());
  CHECK_THAT(ran.err, Catch::Contains("--from is later than --until"));
}

TEST_CASE("names in a table neither turn the direction of writing nor hide", "[program]") {
  const Ran ran = run_program({"replay", "--format", "table", "-"},
                              "{\"receive_time\":1000,\"host\":\"a\\u001b\\u202eb\",\"service\":"
                              "\"link\",\"status\":\"OK\",\"status_mtime\":50}\n");
  CHECK_THAT(ran.out, Catch::Contains("a\\x1b\\xe2\\x80\\xaeb"));
}

TEST_CASE("what is compressed otherwise is called by its name", "[program]") {
  for (const auto& [bytes, name] : {std::pair(xz_header, "xz"), std::pair(bzip2_header, "bzip2")}) {
    const Ran ran = run_program({"replay", "-"}, std::string(bytes));
    CHECK(ran.exit_code == 2);
    CHECK_THAT(ran.err, Catch::Contains(std::string(name) + ", expected plain text, gzip or zstd"));
  }
}

TEST_CASE("memory follows the hosts that live, not the length of the recording", "[program]") {
  // A host that comes and goes a hundred thousand times, beside one that does a thousand times: the
  // limit has no room for a hundred bytes a time.
  const Ran ran = run_shell(
      "f=$(mktemp); for i in $(seq 100000); do echo "
      "'{\"event\":\"assign\",\"time\":'$i',\"host\":\"h\"}'; "
      "echo '{\"event\":\"remove\",\"time\":'$i',\"host\":\"h\"}'; done > $f; "
      "peak() { python3 -c 'import resource, subprocess, sys; "
      "code = subprocess.call([sys.argv[1], \"replay\", \"--hosts\", \"--at\", \"5\", \"100000\", "
      "\"-\"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL); "
      "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss if code == 0 else \"\")' "
      "\"$VITALS\"; }; "
      "few=$(head -2000 $f | peak); many=$(peak < $f); rm $f; "
      "[ $few -gt 0 ] && [ $many -lt $((few + 9000)) ] && echo flat || echo $few $many");
  CHECK(ran.out == "flat\n");
}

TEST_CASE("a switch that was never heard of is told as such, without the state of a host",
          "[program]") {
  const std::string input = fact(R"("host","time":100,"host":"h1","switch":"s9","rack":null)");
  const Ran ran = run_program({"explain", "--host", "s9", "--at", "100", "-"}, input);
  CHECK(ran.exit_code == 0);
  CHECK_THAT(ran.out, Catch::Contains("a switch or rack of which nothing was received"));
  CHECK(ran.out.find("unmonitored") == std::string::npos);
  const Ran json =
      run_program({"explain", "--host", "s9", "--at", "100", "--format", "json", "-"}, input);
  CHECK_THAT(json.out, Catch::Contains("\"state\":null"));
}

TEST_CASE("an explanation trusts no time that cannot be", "[program]") {
  const auto explained = [](const std::string& input) {
    return run_program({"explain", "--host", "h", "--at", "1000", "-"}, input).out;
  };
  CHECK_THAT(explained(R"({"receive_time":1000,"host":"h","service":"meta","status":"OK",)"
                       R"("status_mtime":5000})"
                       "\n"),
             Catch::Contains("none of its times can be believed"));
  CHECK_THAT(explained(R"({"receive_time":1000,"host":"h","service":"memory","status":"OK",)"
                       R"("status_mtime":500})"
                       "\n"),
             Catch::Contains("what a dead hw-watcher wrote last"));
}

TEST_CASE("a killed replay leaves no partial line on a pipe", "[program]") {
  // The reader is slow, the writer is killed in the middle of its work, again and again.
  const Ran ran = run_shell(
      "cd $(mktemp -d)\n"
      "for i in $(seq 3000); do echo '{\"receive_time\":1000,\"host\":\"host-with-a-name-'$i'\","
      "\"service\":\"link\",\"status\":\"OK\",\"status_mtime\":50}'; done > r\n"
      "for i in 1 2 3 4 5 6 7 8; do\n"
      "  { \"$VITALS\" replay --every 1s --until 1200 r 2>/dev/null & echo $! > pid; wait; } |\n"
      "    { sleep 0.2; dd bs=4k count=40 status=none; kill -9 $(cat pid); cat; } > out.$i\n"
      "  tail -c1 out.$i | od -An -tx1\n"
      "  [ -s out.$i ] || echo empty\n"
      "done");
  std::string expected;
  for (int i = 0; i < 8; ++i) expected += " 0a\n";
  CHECK(ran.out == expected);
}

TEST_CASE("verdicts of a live stream come before the stream ends", "[program]") {
  const Ran ran = run_shell(
      "cd $(mktemp -d); mkfifo in out\n"
      "\"$VITALS\" replay - < in > out 2>/dev/null &\n"
      "exec 3> in 4< out\n"
      "echo '{\"receive_time\":1000,\"host\":\"h\",\"service\":\"link\",\"status\":\"OK\","
      "\"status_mtime\":50}' >&3\n"
      "echo '{\"receive_time\":1001,\"host\":\"h\",\"service\":\"meta\",\"status\":\"OK\","
      "\"status_mtime\":50}' >&3\n"
      "read -r -t 20 line <&4 && echo \"$line\"\n"
      "exec 3>&-; wait");
  CHECK_THAT(ran.out, Catch::StartsWith("{\"time\":1000,\"host\":\"h\",\"check\":\"link\""));
}

TEST_CASE("help has examples, the manual page and the completion are made from it", "[program]") {
  for (const char* command : {"replay", "explain", "calibrate", "compare", "simulate", "lag",
                              "test", "policy", "convert"}) {
    const Ran help = run_program({command, "--help"});
    CHECK(help.exit_code == 0);
    CHECK_THAT(help.out,
               Catch::Contains("Examples:\n  vitals ") || Catch::Contains("Examples:\n  tail "));
    CHECK_THAT(run_program({"man"}).out, Catch::Contains(std::string("vitals ") + command));
    CHECK_THAT(run_program({"completion", "bash"}).out, Catch::Contains(command));
  }
  const Ran completed = run_shell(
      "source <(\"$VITALS\" completion bash); COMP_WORDS=(vitals replay --pol); COMP_CWORD=2; "
      "_vitals; echo \"${COMPREPLY[@]}\"; COMP_WORDS=(vitals replay --format t); COMP_CWORD=3; "
      "_vitals; echo \"${COMPREPLY[@]}\"; COMP_WORDS=(vitals re); COMP_CWORD=1; _vitals; "
      "echo \"${COMPREPLY[@]}\"; COMP_WORDS=(vitals convert --from i); COMP_CWORD=3; _vitals; "
      "echo \"${COMPREPLY[@]}\"; COMP_WORDS=(vitals completion bas); COMP_CWORD=2; _vitals; "
      "echo \"${COMPREPLY[@]}\"");
  CHECK(completed.out == "--policy\ntable\nreplay\nicinga2\nbash\n");
  CHECK(run_shell("\"$VITALS\" man | man -l --warnings -E UTF-8 - 2>&1 >/dev/null").out.empty());
  CHECK_THAT(run_program({"--version"}).out, Catch::StartsWith("vitals "));
}

}  // namespace
}  // namespace vitals
