// SPDX-License-Identifier: Apache-2.0
#include "vitals/verdict_line.h"

#include <catch2/catch.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "test_time.h"

namespace vitals {
namespace {

template <class Line>
std::string json(const Line& line) {
  std::string out;
  append_json(out, line);
  return out;
}

TEST_CASE("the line of a check is spelled as the specification spells it", "[verdict_line]") {
  const VerdictLine line{
      .time = t(1700001500),
      .host = "h1",
      .check = "ssh",
      .status = Status::ok,
      .verdict = {{Reason::precedes_manipulation}, Window::never(), t(1700002100)}};
  CHECK(json(line) ==
        R"({"time":1700001500,"host":"h1","check":"ssh","status":"OK","counts":false,)"
        R"("excluded_by":["precedes_manipulation"],"blocked_by":[],"window":null,)"
        R"("next_change":1700002100})");
}

TEST_CASE("windows, absent values and several names have their form", "[verdict_line]") {
  const std::string_view blockers[] = {"r1", "s1"};
  CHECK(json(VerdictLine{.time = t(5),
                         .host = "h",
                         .check = "c",
                         .verdict = {{Reason::infrastructure_not_ok, Reason::stale},
                                     Window::before(t(4)),
                                     std::nullopt},
                         .blocked_by = blockers}) ==
        R"({"time":5,"host":"h","check":"c","status":null,"counts":false,)"
        R"("excluded_by":["stale","infrastructure_not_ok"],"blocked_by":["r1","s1"],)"
        R"("window":[null,4],"next_change":null})");
  CHECK(json(VerdictLine{.time = t(5),
                         .host = "h",
                         .check = "c",
                         .status = Status::nodata,
                         .verdict = {{}, {t(3), t(9)}, t(9)}}) ==
        R"({"time":5,"host":"h","check":"c","status":"NODATA","counts":true,)"
        R"("excluded_by":[],"blocked_by":[],"window":[3,9],"next_change":9})");
}

TEST_CASE("the line of a host is spelled as the specification spells it", "[verdict_line]") {
  const std::string_view waiting[] = {"meta", "ssh"};
  CHECK(json(HostLine{.time = t(7),
                      .host = "h1",
                      .state = HostState::undecided,
                      .waiting = waiting,
                      .next_change = t(8)}) ==
        R"({"time":7,"host":"h1","state":"undecided","failing":[],"waiting":["meta","ssh"],)"
        R"("silent":[],"next_change":8})");
}

TEST_CASE("names are escaped as JSON demands, and no further", "[verdict_line]") {
  struct Row {
    const char* why;
    std::string name;
    const char* written;
  };
  const Row rows[] = {
      {"quotes and backslashes", R"(a"b\c)", R"("a\"b\\c")"},
      {"control characters", std::string("\n\t\r\b\f\x01\x1f", 7), R"("\n\t\r\b\f\u0001\u001f")"},
      {"NUL", std::string("\0", 1), R"("\u0000")"},
      {"UTF-8 and DEL stay", "\xd0\x96\x7f", "\"\xd0\x96\x7f\""},
      {"a slash stays", "a/b", R"("a/b")"}};
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.why) {
      CHECK_THAT(json(HostLine{.host = row.name}), Catch::Contains(row.written));
    }
  }
}

}  // namespace
}  // namespace vitals
