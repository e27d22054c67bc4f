// SPDX-License-Identifier: Apache-2.0
#include "vitals/truth.h"

#include <rapidcheck.h>
#include <rapidcheck/catch.h>
#include <zlib.h>
#include <catch2/catch.hpp>
#include <cstdint>
#include <string>
#include <vector>

#include "program.h"

namespace vitals {
namespace {

TruthTime at_ms(std::int64_t milliseconds) {
  return TruthTime{std::chrono::milliseconds{milliseconds}};
}

std::string line(const std::string& time) {
  return R"({"time":)" + time + R"(,"host":"h1","check":"ssh","status":"CRIT"})" + "\n";
}

std::string written(const TruthChange& change) {
  std::string out;
  append_truth(out, change);
  return out;
}

struct Read {
  std::vector<std::string> lines;  // as append_truth() writes them
  std::vector<std::string> positions;
  std::string error;
};

Read read_all(TruthReader reader) {
  Read read;
  while (const TruthChange* change = reader.next()) {
    CHECK(reader.status().ok());
    read.lines.push_back(written(*change));
    read.positions.push_back(reader.position());
  }
  CHECK(reader.next() == nullptr);
  read.error = std::string(reader.status().message());
  return read;
}

Read read_text(const std::string& text) {
  return read_all(TruthReader::from_text(text, "truth.ndjson"));
}

TEST_CASE("a change of truth is written as one line and read back", "[truth]") {
  const TruthChange change{.time = at_ms(1'700'000'000'250),
                           .host = "host-00001",
                           .check = "ssh",
                           .status = Status::crit};
  const std::string text = written(change);
  CHECK(text ==
        "{\"time\":1700000000.25,\"host\":\"host-00001\",\"check\":\"ssh\",\"status\":\"CRIT\"}\n");
  TruthReader reader = TruthReader::from_text(text, "truth.ndjson");
  const TruthChange* read = reader.next();
  REQUIRE(read != nullptr);
  CHECK(*read == change);
  CHECK(reader.position() == "truth.ndjson:1");
  CHECK(reader.next() == nullptr);
  CHECK(reader.status().ok());
}

TEST_CASE("a moment of truth has thousandths and no more", "[truth]") {
  struct Row {
    const char* time;
    std::int64_t milliseconds;
    const char* written;
  };
  const Row rows[] = {
      {"0", 0, "0"},
      {"0.0", 0, "0"},
      {"1700000000", 1'700'000'000'000, "1700000000"},
      {"1700000000.5", 1'700'000'000'500, "1700000000.5"},
      {"1700000000.25", 1'700'000'000'250, "1700000000.25"},
      {"1700000000.001", 1'700'000'000'001, "1700000000.001"},
      {"1700000000.100", 1'700'000'000'100, "1700000000.1"},
      {"1700000000.0009", 1'700'000'000'000, "1700000000"},
      {"1699999999.99999999999", 1'699'999'999'999, "1699999999.999"},
      {"17000000005e-1", 1'700'000'000'500, "1700000000.5"},
      {"4294967295.999", 4'294'967'295'999, "4294967295.999"},
      {R"("2023-11-14T22:13:20Z")", 1'700'000'000'000, "1700000000"},
      {R"("2023-11-14T22:13:20.25Z")", 1'700'000'000'250, "1700000000.25"},
      {R"("2023-11-15T01:13:20.0071+03:00")", 1'700'000'000'007, "1700000000.007"},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.time) {
      const std::string text = line(row.time);
      TruthReader reader = TruthReader::from_text(text, "truth.ndjson");
      const TruthChange* read = reader.next();
      INFO(reader.status().message());
      REQUIRE(read != nullptr);
      CHECK(read->time.time_since_epoch().count() == row.milliseconds);
      CHECK(written(*read) == line(row.written));
    }
  }
}

TEST_CASE("whatever is written as truth is read back", "[truth]") {
  rc::prop("any names, any status, any moment", [] {
    std::string name = *rc::gen::string<std::string>();
    for (char& c : name) c = static_cast<char>(c & 0x7f);  // ASCII is UTF-8
    if (name.empty()) name = "h";
    const TruthChange change{.time = at_ms(*rc::gen::inRange<std::int64_t>(0, 4'294'967'296'000)),
                             .host = name,
                             .check = "check",
                             .status = static_cast<Status>(*rc::gen::inRange(0, 5))};
    const std::string text = written(change);
    TruthReader reader = TruthReader::from_text(text, "truth.ndjson");
    const TruthChange* read = reader.next();
    RC_ASSERT(read != nullptr);
    RC_ASSERT(*read == change);
  });
}

TEST_CASE("what is wrong with a line of truth is said with file, line and what was expected",
          "[truth]") {
  struct Row {
    const char* why;
    std::string text;
    const char* message;
  };
  const Row rows[] = {
      {"no JSON", "hello\n", "truth.ndjson:1: no JSON object"},
      {"an array", "[1]\n", "truth.ndjson:1: expected one JSON object a line"},
      {"rubbish behind",
       R"({"time":1,"host":"h","check":"c","status":"OK"}})"
       "\n",
       "truth.ndjson:1: no JSON object"},
      {"bad UTF-8", "{\"host\":\"\xff\"}\n", "UTF-8"},
      {"truncated", line("1") + line("2").substr(0, 30),
       "truth.ndjson:2: the last line is truncated"},
      {"nothing in it", "{}\n", "missing 'time', which every change of truth has"},
      {"no host", R"({"time":1,"check":"c","status":"OK"})", "missing 'host'"},
      {"no check", R"({"time":1,"host":"h","status":"OK"})", "missing 'check'"},
      {"no status", R"({"time":1,"host":"h","check":"c"})", "missing 'status'"},
      {"a number as host", R"({"time":1,"host":1,"check":"c","status":"OK"})",
       "'host' must be a string"},
      {"null as check", R"({"time":1,"host":"h","check":null,"status":"OK"})",
       "'check' must be a string"},
      {"an empty host", R"({"time":1,"host":"","check":"c","status":"OK"})",
       "'host' is empty, expected a name"},
      {"a long check",
       R"({"time":1,"host":"h","check":")" + std::string(256, 'c') + R"(","status":"OK"})",
       "'check' has 256 bytes, a name has at most 255"},
      {"an unknown status", R"({"time":1,"host":"h","check":"c","status":"BAD"})",
       "unknown status 'BAD', expected OK, WARN, CRIT, NODATA or INFO"},
      {"a key of a recording", R"({"time":1,"host":"h","service":"c","status":"OK"})",
       "unknown key 'service', a change of truth has: time, host, check, status"},
      {"a key twice", R"({"time":1,"time":2,"host":"h","check":"c","status":"OK"})",
       "'time' stands twice, expected each key once"},
      {"time as a word", line(R"("now")"), "'time': 'now' is no moment, expected RFC 3339"},
      {"time as true", line("true"), "'time' must be a time"},
      {"before 1970", line("-0.001"), "'time' is outside 1970-01-01T00:00:00Z"},
      {"after 2106", line("4294967296"), "'time' is outside 1970-01-01T00:00:00Z"},
      {"after all time", line(std::string(30, '9')), "'time' is outside 1970-01-01T00:00:00Z"},
      {"far after it", line("1e300"), "'time' is outside 1970-01-01T00:00:00Z"},
      {"too deep", "{\"x\":" + std::string(64, '[') + std::string(64, ']') + "}\n",
       "nested deeper than 64 levels"},
      {"a line too long", std::string((1U << 20U) + 1, ' ') + "\n",
       "truth.ndjson:1: a line has at most 1048576 bytes"},
      {"a millisecond back", line("7.001") + line("7"),
       "truth.ndjson:2: time runs backwards by 1 ms, to 1970-01-01T00:00:07Z: lines must be in "
       "order of time"},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.why) {
      CHECK_THAT(read_text(row.text).error, Catch::Contains(row.message));
    }
  }
}

TEST_CASE("lines at the same moment, blank lines and no last line feed are fine", "[truth]") {
  const Read read = read_text("\xef\xbb\xbf" + line("7") + "\r\n \n" + line("7.0") + line("7.001") +
                              "{\"time\":8," + R"("host":"h1","check":"ssh","status":"NO DATA"})");
  CHECK(read.error.empty());
  CHECK(read.lines.size() == 4);
  CHECK(read.positions.front() == "truth.ndjson:1");
  CHECK(read.positions.back() == "truth.ndjson:6");
}

TEST_CASE("changes before a bad line are returned, none behind it", "[truth]") {
  const Read read = read_text(line("1") + line("2") + "{}\n" + line("3"));
  CHECK(read.lines == std::vector<std::string>{line("1"), line("2")});
  CHECK_THAT(read.error, Catch::StartsWith("truth.ndjson:3: missing 'time'"));
}

TEST_CASE("a file of truth is read from disk, also compressed", "[truth]") {
  const TemporaryFolder folder;
  const std::string text = line("1") + line("2.5");
  const std::string plain = folder.write("truth.ndjson", text);
  const std::string gzipped = folder.path("truth.ndjson.gz");
  gzFile out = gzopen(gzipped.c_str(), "wb");
  REQUIRE(gzwrite(out, text.data(), static_cast<unsigned>(text.size())) ==
          static_cast<int>(text.size()));
  gzclose(out);
  for (const std::string& path : {plain, gzipped}) {
    absl::StatusOr<TruthReader> reader = TruthReader::open(path);
    REQUIRE(reader.ok());
    CHECK(read_all(*std::move(reader)).lines == std::vector<std::string>{line("1"), line("2.5")});
  }
  CHECK_THAT(std::string(TruthReader::open(folder.path("none")).status().message()),
             Catch::Contains("none: "));
}

}  // namespace
}  // namespace vitals
