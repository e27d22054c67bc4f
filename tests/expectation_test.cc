// SPDX-License-Identifier: Apache-2.0
#include "vitals/expectation.h"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "program.h"

namespace vitals {
namespace {

std::string line(int time, const std::string& host, const std::string& check,
                 const std::string& status = "\"OK\"") {
  return R"({"time":)" + std::to_string(time) + R"(,"host":")" + host + R"(","check":")" + check +
         R"(","status":)" + status + "}";
}

struct Compared {
  std::vector<std::string> printed;
  std::string summary;
};

Compared compare(const std::vector<std::string>& expected, const std::vector<std::string>& actual) {
  const TemporaryFolder folder;
  std::string text;
  for (const std::string& one : expected) text += one + "\n";
  const std::string path = folder.write("expected", text);
  auto expectation = Expectation::open(path);
  REQUIRE(expectation.ok());
  Compared compared;
  const auto print = [&](std::string_view printed) {
    std::string shown(printed);
    if (const auto at = shown.find(path); at != std::string::npos) {
      shown.replace(at, path.size(), "FILE");
    }
    compared.printed.push_back(shown);
  };
  for (const std::string& one : actual) expectation->add(one, print);
  expectation->finish(print);
  REQUIRE(expectation->status().ok());
  REQUIRE(expectation->differences() == compared.printed.size());
  compared.summary = expectation->summary();
  return compared;
}

using Lines = std::vector<std::string>;

TEST_CASE("equal lines differ in nothing, whatever their blanks", "[expectation]") {
  const Compared same = compare({line(1, "a", "x"), R"( {"time": 2, "host":"a","check":"x"} )"},
                                {line(1, "a", "x"), R"({"time":2,"host":"a","check":"x"})"});
  CHECK(same.printed.empty());
  CHECK(same.summary == "2 lines as expected, 0 differ");
}

TEST_CASE("a difference says where, and which field", "[expectation]") {
  struct Row {
    const char* why;
    Lines expected;
    Lines actual;
    Lines printed;
  };
  const Row rows[] = {
      {"a field",
       {line(1, "a", "x"), line(2, "a", "x")},
       {line(1, "a", "x"), line(2, "a", "x", "null")},
       {"! differs: FILE:2: 1970-01-01T00:00:02Z a x\n    status: expected \"OK\", is null"}},
      {"a line too few",
       {line(1, "a", "x"), line(1, "b", "x"), line(2, "a", "x")},
       {line(1, "a", "x"), line(2, "a", "x")},
       {"- missing: FILE:2: 1970-01-01T00:00:01Z b x: " + line(1, "b", "x")}},
      {"a line too many",
       {line(1, "a", "x")},
       {line(1, "a", "w"), line(1, "a", "x")},
       {"+ unexpected: 1970-01-01T00:00:01Z a w: " + line(1, "a", "w")}},
      {"nothing came",
       {line(1, "a", "x")},
       {},
       {"- missing: FILE:1: 1970-01-01T00:00:01Z a x: " + line(1, "a", "x")}},
      {"nothing expected",
       {},
       {line(1, "a", "x")},
       {"+ unexpected: 1970-01-01T00:00:01Z a x: " + line(1, "a", "x")}},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.why) { CHECK(compare(row.expected, row.actual).printed == row.printed); }
  }
}

TEST_CASE("a file that holds no verdict lines is an error with its place", "[expectation]") {
  const TemporaryFolder folder;
  const auto error = [&](const std::string& text) {
    const auto opened = Expectation::open(folder.write("expected", text));
    return std::string(opened.status().message());
  };
  CHECK_THAT(error("rubbish\n"),
             Catch::EndsWith("expected:1: no verdict line, expected one JSON object a line"));
  CHECK_THAT(error("{\"time\":1}\n"), Catch::EndsWith("expected the fields 'time' and 'host'"));
  CHECK_THAT(std::string(Expectation::open("/nonexistent").status().message()),
             Catch::Contains("No such file"));
}

}  // namespace
}  // namespace vitals
