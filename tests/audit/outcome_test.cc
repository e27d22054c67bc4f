// SPDX-License-Identifier: Apache-2.0
#include "vitals/audit/outcome.h"

#include <catch2/catch.hpp>

namespace vitals::audit {

static_assert(status_of_exit(0) == Status::ok);
static_assert(status_of_exit(1) == Status::warn);
static_assert(status_of_exit(2) == Status::crit);
static_assert(status_of_exit(3) == Status::nodata);
static_assert(status_of_exit(4) == Status::nodata);
static_assert(status_of_exit(-1) == Status::nodata);
static_assert(status_of_exit(127) == Status::nodata);

TEST_CASE("Exit codes and output mean what monitoring plugins mean by them") {
  using How = Ended::How;
  struct Row {
    const char* why;
    Ended ended;
    Status status;
    int exit_code;
    const char* output;
  };
  const Row row = GENERATE(values<Row>({
      {"all is well", {.number = 0, .out = "SSH OK - up\n"}, Status::ok, 0, "SSH OK - up"},
      {"performance data",
       {.number = 1, .out = "LOAD WARN | l=9\nmore"},
       Status::warn,
       1,
       "LOAD WARN"},
      {"only performance data", {.number = 0, .out = "|a=1\n"}, Status::ok, 0, ""},
      {"blank lines first",
       {.number = 2, .out = " \n\t\n  bad  \r\nmore\n"},
       Status::crit,
       2,
       "bad"},
      {"unknown", {.number = 3, .out = "no idea"}, Status::nodata, 3, "no idea"},
      {"an exit code that plugins have not",
       {.number = 4, .out = "hm"},
       Status::nodata,
       4,
       "exit code 4: hm"},
      {"standard error alone",
       {.number = 127, .err = "sh: no\n"},
       Status::nodata,
       127,
       "exit code 127: sh: no"},
      {"nothing", {.number = 0}, Status::ok, 0, ""},
      {"a signal",
       {.how = How::signalled, .number = 11},
       Status::nodata,
       139,
       "killed by signal 11"},
      {"a time-out",
       {.how = How::timed_out,
        .number = 15,
        .out = "half",
        .finished_at = Timestamp{Seconds{31}},
        .timeout = Seconds{30}},
       Status::nodata,
       143,
       "timed out after 30s: half"},
      {"a time-out of what heeds no SIGTERM",
       {.how = How::timed_out,
        .number = 9,
        .finished_at = Timestamp{Seconds{96}},
        .timeout = Seconds{90}},
       Status::nodata,
       137,
       "timed out after 1m30s, and ended 6s later"},
      {"no program",
       {.how = How::not_started, .number = 2},
       Status::nodata,
       130,
       "not started: No such file or directory"},
      {"control characters", {.number = 0, .out = "a\x1b[31mb"}, Status::ok, 0, "a\\x1b[31mb"},
      {"no UTF-8", {.number = 0, .out = "a\xff"}, Status::ok, 0, "a\\xff"},
  }));
  DYNAMIC_SECTION(row.why) {
    const Result result = result_of(row.ended);
    CHECK(result.status == row.status);
    CHECK(result.exit_code == row.exit_code);
    CHECK(result.output == row.output);
  }
}

TEST_CASE("Output is cut between characters") {
  for (const std::size_t length : {longest_output - 1, longest_output, longest_output + 1}) {
    const Result plain = result_of({.out = std::string(length, 'x')});
    CHECK(plain.output.size() == std::min(length, longest_output));
    CHECK(plain.output.ends_with("...") == (length > longest_output));
  }
  std::string wide;
  while (wide.size() < 2 * longest_output) wide += "\xe2\x86\x92";
  for (int shift = 0; shift < 3; ++shift) {
    const std::string output =
        result_of({.out = std::string(static_cast<std::size_t>(shift), 'x') + wide}).output;
    CHECK(output.size() <= longest_output);
    CHECK(result_of({.out = output}).output == output);
  }
}

}  // namespace vitals::audit
