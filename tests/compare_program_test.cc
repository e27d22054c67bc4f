// SPDX-License-Identifier: Apache-2.0
// `vitals compare` as people meet it.
#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "compare_story.h"
#include "program.h"

namespace vitals {
namespace {

constexpr const char* only_meta_yaml =
    "checks:\n  meta: {kind: passive, period: 5m, required: true}\n";

// A recording, two policies and a truth in a folder of their own.
class Bench {
 public:
  Bench() {
    folder_.write("r.ndjson", recorded(repair(Status::crit, 9000)));
    folder_.write("strict.yaml", only_meta_yaml);
    folder_.write("loose.yaml", std::string("juggler: {overhead: 2m}\n") + only_meta_yaml);
    folder_.write("truth.ndjson", truth("9000", "CRIT") + truth("10000", "OK"));
  }
  [[nodiscard]] const TemporaryFolder& folder() const { return folder_; }

  // Runs a line of words in the folder.
  [[nodiscard]] Ran compare(const std::string& words, const std::string& input = {}) const {
    return run_shell("cd " + shell_quoted(folder_.path(".")) + " && \"$VITALS\" compare " + words,
                     input);
  }

 private:
  TemporaryFolder folder_;
};

TEST_CASE("compare prints a table for people, without colours where nobody watches", "[program]") {
  const Bench bench;
  const Ran ran = bench.compare("--policy strict.yaml --policy loose.yaml r.ndjson");
  CHECK(ran.exit_code == 0);
  CHECK(ran.err.empty());
  CHECK_THAT(ran.out, Catch::Contains("A  strict.yaml  4m\nB  loose.yaml   2m\n"));
  CHECK_THAT(ran.out, Catch::Contains("meta   A, B   differ                     1      1    5m"));
  CHECK(ran.out.find('\x1b') == std::string::npos);
  CHECK(ran.out.back() == '\n');
  CHECK(ran.out[ran.out.size() - 2] != '\n');
}

TEST_CASE("compare has colours on a terminal, unless NO_COLOR says otherwise", "[program]") {
  const Bench bench;
  const std::string words = "compare --policy strict.yaml --policy loose.yaml r.ndjson";
  const auto on_terminal = [&](const std::string& environment) {
    return run_shell("cd " + shell_quoted(bench.folder().path(".")) + " && TERM=xterm " +
                     environment + " script -qec \"'$VITALS' " + words + "\" /dev/null")
        .out;
  };
  CHECK_THAT(on_terminal(""), Catch::Contains("\x1b[1mVerdicts that differ\x1b[0m"));
  CHECK(on_terminal("NO_COLOR=1").find("\x1b[1m") == std::string::npos);
}

TEST_CASE("one policy is compared with the default one", "[program]") {
  const Bench bench;
  const Ran ran = bench.compare("--policy loose.yaml r.ndjson");
  CHECK(ran.exit_code == 0);
  CHECK_THAT(ran.out, Catch::Contains("A  default policy\nB  loose.yaml\n"));
}

TEST_CASE("compare takes its options wherever they stand, and its input from a pipe", "[program]") {
  const Bench bench;
  const std::string usual = "--policy strict.yaml --policy loose.yaml ";
  const std::string expected = bench.compare(usual + "r.ndjson").out;
  CHECK(bench.compare("--policy strict.yaml r.ndjson --policy loose.yaml").out == expected);
  CHECK(bench.compare("r.ndjson " + usual).out == expected);
  CHECK(bench.compare(usual + "-", bench.folder().read("r.ndjson")).out == expected);
  CHECK(bench.compare(usual + "- < <(gzip -c r.ndjson)").out == expected);
}

TEST_CASE("compare --from and --until cut a stretch out", "[program]") {
  const Bench bench;
  const Ran ran =
      bench.compare("--policy strict.yaml --policy loose.yaml --from 11100 --until 11199 r.ndjson");
  CHECK_THAT(ran.out, Catch::Contains("1970-01-01T03:05:00Z to 1970-01-01T03:06:39Z (1m40s): 1 "
                                      "host, 0 repairs."));
  const Ran turned = bench.compare("--policy loose.yaml --from 2 --until 1 r.ndjson");
  CHECK(turned.exit_code == 0);
  CHECK_THAT(turned.err, Catch::Contains("--from is later than --until"));
  CHECK_THAT(turned.out, Catch::Contains("No second was judged."));
}

TEST_CASE("compare --vary has a row a value, and draws the curve", "[program]") {
  const Bench bench;
  const Ran ran = bench.compare(
      "--policy strict.yaml --vary juggler.overhead=0s..6m --steps 4 --truth truth.ndjson "
      "--svg curve.svg --html curve.html r.ndjson");
  CHECK(ran.exit_code == 0);
  for (const char* row : {"\n   0s ", "\n   2m ", "\n * 4m ", "\n   6m "}) {
    CHECK_THAT(ran.out, Catch::Contains(row));
  }
  const std::string svg = bench.folder().read("curve.svg");
  CHECK_THAT(svg, Catch::StartsWith("<svg ") && Catch::Contains("juggler.overhead: lag against"));
  CHECK_THAT(bench.folder().read("curve.html"),
             Catch::StartsWith("<!DOCTYPE html>") && Catch::Contains(svg));
  // Without a policy the default one is varied.
  CHECK_THAT(bench.compare("--vary netmon.window=1m,9m r.ndjson").out, Catch::Contains("* 5m "));
}

TEST_CASE("compare --format json is one line of JSON", "[program]") {
  const Bench bench;
  for (const char* words : {"--policy loose.yaml", "--vary juggler.overhead=0s..6m"}) {
    const Ran ran = bench.compare(std::string(words) + " --format json r.ndjson");
    CHECK(ran.exit_code == 0);
    CHECK_THAT(ran.out, Catch::StartsWith("{\"from\":8000,") && Catch::EndsWith("}\n"));
    CHECK(std::count(ran.out.begin(), ran.out.end(), '\n') == 1);
  }
}

TEST_CASE("compare --lenient says what it skipped", "[program]") {
  const Bench bench;
  const Ran ran = bench.compare("--policy loose.yaml --lenient <(echo rubbish; cat r.ndjson)");
  CHECK(ran.exit_code == 0);
  CHECK_THAT(ran.err, Catch::Contains("1 line skipped: bad JSON"));
}

TEST_CASE("compare --reorder puts late lines in order", "[program]") {
  const Bench bench;
  CHECK(bench.compare("--policy loose.yaml <(tac r.ndjson)").exit_code == 2);
  const Ran ran = bench.compare("--policy loose.yaml --reorder 2h <(tac r.ndjson)");
  CHECK(ran.exit_code == 0);
  CHECK(ran.out == bench.compare("--policy loose.yaml r.ndjson").out);
}

TEST_CASE("what compare cannot do ends with code 2, says why, and prints nothing", "[program]") {
  struct Row {
    const char* why;
    const char* words;
    const char* message;
  };
  const Row rows[] = {
      {"no policy", "r.ndjson", "--policy, or --vary, is required"},
      {"no recording", "--policy strict.yaml", "RECORDING is required"},
      {"three policies", "--policy a --policy b --policy c r.ndjson", "two policies at most"},
      {"two policies and a value", "--policy a --policy b --vary juggler.overhead=1m r.ndjson",
       "--vary: takes one policy"},
      {"steps of nothing", "--policy strict.yaml --steps 5 r.ndjson", "--steps: belongs to --vary"},
      {"one step", "--vary juggler.overhead=0s..6m --steps 1 r.ndjson", "--steps"},
      {"too many steps", "--vary juggler.overhead=0s..6m --steps 101 r.ndjson", "--steps"},
      {"steps that are no number", "--vary juggler.overhead=0s..6m --steps x r.ndjson", "--steps"},
      {"an unknown value", "--vary juggler.overhed=0s..6m r.ndjson",
       "vitals: --vary: 'juggler.overhed': the policy has no such value; did you mean "
       "juggler.overhead?"},
      {"no range", "--vary juggler.overhead r.ndjson", "expected PATH=FROM..TO"},
      {"an empty range", "--vary '' r.ndjson", "--vary: must not be empty"},
      {"a policy that is not there", "--policy nowhere.yaml r.ndjson", "nowhere.yaml: "},
      {"a policy that cannot be", "--policy strict.yaml --policy <(echo x: 1) r.ndjson",
       "unknown key"},
      {"a recording that is not there", "--policy strict.yaml nowhere.ndjson", "nowhere.ndjson: "},
      {"a bad line", "--policy strict.yaml <(cat r.ndjson; echo hello)", "no JSON object"},
      {"a truth that is not there", "--policy strict.yaml --truth nowhere r.ndjson", "nowhere: "},
      {"a truth that cannot be", "--policy strict.yaml --truth <(echo hello) r.ndjson", ":1: "},
      {"a recording for a truth", "--policy strict.yaml --truth r.ndjson r.ndjson", "r.ndjson:1: "},
      {"standard input twice", "--policy strict.yaml --truth - -",
       "--truth: -: standard input can be read once only"},
      {"a picture over a recording", "--policy strict.yaml --svg r.ndjson r.ndjson",
       "--svg: 'r.ndjson' is read: it would be lost"},
      {"a page over the truth",
       "--policy strict.yaml --truth truth.ndjson --html ./truth.ndjson "
       "r.ndjson",
       "--html: 'truth.ndjson' is read: it would be lost"},
      {"a picture over a policy",
       "--policy strict.yaml --policy loose.yaml --svg loose.yaml "
       "r.ndjson",
       "--svg: 'loose.yaml' is read: it would be lost"},
      {"a picture and a page in one file", "--policy strict.yaml --svg x --html x r.ndjson",
       "--html: the picture of --svg goes there"},
      {"a picture on standard output", "--policy strict.yaml --svg - r.ndjson",
       "-: expected a file, standard output has the text"},
      {"an unknown format", "--policy strict.yaml --format yaml r.ndjson", "--format"},
      {"a time that is none", "--policy strict.yaml --from yesterday r.ndjson", "--from"},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.why) {
      const Bench bench;
      const Ran ran = bench.compare(row.words);
      CHECK(ran.exit_code == 2);
      CHECK(ran.out.empty());
      CHECK_THAT(ran.err, Catch::Contains(row.message));
      CHECK(ran.err.size() < 1000);
      CHECK(bench.folder().read("r.ndjson") == recorded(repair(Status::crit, 9000)));
      CHECK_FALSE(std::filesystem::exists(bench.folder().path("x")));
    }
  }
}

TEST_CASE("a picture that cannot be written is an error of its own", "[program]") {
  const Bench bench;
  const Ran ran = bench.compare("--policy strict.yaml --svg nowhere/x.svg r.ndjson");
  CHECK(ran.exit_code == 3);
  CHECK(ran.out.empty());
  CHECK_THAT(ran.err, Catch::Contains("nowhere/x.svg"));
}

}  // namespace
}  // namespace vitals
