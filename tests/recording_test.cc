// SPDX-License-Identifier: Apache-2.0
#include "vitals/recording.h"

#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include <rapidcheck.h>
#include <rapidcheck/catch.h>
#include <catch2/catch.hpp>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "program.h"
#include "test_time.h"
#include "vitals/event.h"

namespace vitals {
namespace {

const std::string check_line =
    R"({"receive_time":100,"host":"h1","service":"ssh","status":"OK","status_mtime":50})";

// A host that needs so many members of one class, or one each of so many classes.
std::string needs_of_members(int members) {
  std::string line = R"({"event":"host","time":1,"host":"h","needs":{"s":[)";
  for (int i = 0; i < members; ++i) line += (i > 0 ? ",\"m" : "\"m") + std::to_string(i) + "\"";
  return line + "]}}";
}
std::string needs_of_classes(int classes) {
  std::string line = R"({"event":"host","time":1,"host":"h","needs":{)";
  for (int i = 0; i < classes; ++i) {
    line += (i > 0 ? ",\"c" : "\"c") + std::to_string(i) + R"(":["m"])";
  }
  return line + "}}";
}

std::string check_at(std::int64_t second, const std::string& host = "h1") {
  return R"({"event":"check","receive_time":)" + std::to_string(second) + R"(,"host":")" + host +
         R"(","service":"ssh","status":"OK","status_mtime":50})" + "\n";
}

struct Read {
  std::vector<std::string> events;  // `second host`
  std::vector<std::string> positions;
  std::string error;
  Timestamp error_time{};
  std::map<std::string, std::uint64_t, std::less<>> skipped;
};

Read read_all(RecordingReader reader) {
  Read read;
  while (const Event* event = reader.next()) {
    read.events.push_back(std::to_string(event->time.time_since_epoch().count()) + " " +
                          std::string(event->host));
    read.positions.push_back(reader.position());
    CHECK(reader.status().ok());
  }
  CHECK(reader.next() == nullptr);
  read.error = std::string(reader.status().message());
  read.error_time = reader.error_time();
  read.skipped = reader.skipped();
  return read;
}

// Reads it twice: on this thread, and ahead on another, which must give the same.
Read read_text(const std::string& text, RecordingOptions options = {}) {
  const Read here = read_all(RecordingReader::from_text(text, "r.ndjson", options));
  options.read_ahead = true;
  const Read ahead = read_all(RecordingReader::from_text(text, "r.ndjson", options));
  CHECK(ahead.events == here.events);
  CHECK(ahead.positions == here.positions);
  CHECK(ahead.error == here.error);
  CHECK(ahead.error_time == here.error_time);
  CHECK(ahead.skipped == here.skipped);
  return here;
}

std::string error_of(const std::string& text) { return read_text(text).error; }

std::string gzip(const std::string& text) {
  z_stream stream{};
  REQUIRE(deflateInit2(&stream, 6, Z_DEFLATED, MAX_WBITS + 16, 8, Z_DEFAULT_STRATEGY) == Z_OK);
  std::string out(compressBound(static_cast<uLong>(text.size())) + 64, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  REQUIRE(deflate(&stream, Z_FINISH) == Z_STREAM_END);
  out.resize(out.size() - stream.avail_out);
  deflateEnd(&stream);
  return out;
}

std::string zstd(const std::string& text) {
  std::string out(ZSTD_compressBound(text.size()), '\0');
  out.resize(ZSTD_compress(out.data(), out.size(), text.data(), text.size(), 3));
  return out;
}

TEST_CASE("a check line becomes an event with every field", "[recording]") {
  const std::string line =
      R"({"event":"check","receive_time":1700001823.9,"host":"h1","service":"memory",)"
      R"("status":"NO DATA","status_mtime":"2023-11-14T22:13:20.7Z","other":[1,{"a":null}],)"
      R"("metadata":{"timestamp":1700001700,"by":"hw"}})";
  RecordingReader reader = RecordingReader::from_text(line, "r");
  const Event* event = reader.next();
  REQUIRE(event != nullptr);
  CHECK(event->type == EventType::check);
  CHECK(event->time == t(1700001823));
  CHECK(event->host == "h1");
  CHECK(event->service == "memory");
  CHECK(event->report.status == Status::nodata);
  CHECK(event->report.status_mtime == t(1700000000));
  CHECK(event->report.receive_time == t(1700001823));
  CHECK(event->report.metadata_timestamp == t(1700001700));
  CHECK(reader.position() == "r:1");
  CHECK(reader.next() == nullptr);
  CHECK(reader.status().ok());
}

TEST_CASE("a host event tells names, none and nothing apart", "[recording]") {
  RecordingReader reader =
      RecordingReader::from_text(R"({"event":"host","time":1,"host":"h","switch":"s1","rack":null})"
                                 "\n"
                                 R"({"event":"host","time":1,"host":"h"})",
                                 "r");
  const Event* event = reader.next();
  REQUIRE(event != nullptr);
  CHECK(event->on_switch == Place{Place::Says::name, "s1"});
  CHECK(event->in_rack == Place{Place::Says::none, {}});
  event = reader.next();
  REQUIRE(event != nullptr);
  CHECK(event->on_switch == Place{});
  CHECK(event->in_rack == Place{});
}

TEST_CASE("every kind of event survives writing and reading", "[recording]") {
  const std::vector<Event> events{
      {.type = EventType::host,
       .time = t(1),
       .host = "a\"b",
       .on_switch = {Place::Says::name, "s"},
       .in_rack = {Place::Says::none, {}}},
      {.type = EventType::assign, .time = t(2), .host = "a"},
      {.type = EventType::manipulation_begin, .time = t(3), .host = "a"},
      {.type = EventType::manipulation_end, .time = t(4), .host = "a"},
      {.type = EventType::check,
       .time = t(5),
       .host = "a",
       .service = "c\n",
       .report = {Status::warn, t(4), t(5), t(3)}},
      {.type = EventType::rename, .time = t(6), .host = "a", .to = "\xc3\xa4"},
      {.type = EventType::remove, .time = t(7), .host = "\xc3\xa4"}};
  std::string text;
  for (const Event& event : events) append_event(text, event);
  RecordingReader reader = RecordingReader::from_text(text, "r");
  for (const Event& event : events) {
    const Event* read = reader.next();
    REQUIRE(read != nullptr);
    CHECK(read->type == event.type);
    CHECK(read->time == event.time);
    CHECK(read->host == event.host);
    CHECK(read->service == (event.type == EventType::check ? event.service : read->service));
    CHECK(read->to == (event.type == EventType::rename ? event.to : read->to));
    if (event.type == EventType::check) CHECK(read->report == event.report);
    if (event.type == EventType::host) {
      CHECK(read->on_switch == event.on_switch);
      CHECK(read->in_rack == event.in_rack);
    }
  }
  CHECK(reader.next() == nullptr);
}

TEST_CASE("what is wrong with a line is said with file, line and what was expected",
          "[recording]") {
  struct Row {
    const char* why;
    std::string line;
    const char* message;
  };
  const Row rows[] = {
      {"no JSON", "hello\n", "r.ndjson:1: no JSON object"},
      {"an array", "[1]\n", "r.ndjson:1: expected one JSON object a line"},
      {"two objects", check_line + check_line + "\n", "r.ndjson:1: no JSON object"},
      {"rubbish behind", check_line + "}\n", "r.ndjson:1: no JSON object"},
      {"bad UTF-8", "{\"host\":\"\xff\"}\n", "UTF-8"},
      {"half a surrogate",
       R"({"host":"\ud800"})"
       "\n",
       "r.ndjson:1: no JSON object"},
      {"truncated", check_line.substr(0, 40), "r.ndjson:1: the last line is truncated"},
      {"no host", R"({"receive_time":1,"service":"s","status":"OK","status_mtime":1})",
       "missing 'host', which every check has"},
      {"no receive_time", R"({"host":"h","service":"s","status":"OK","status_mtime":1})",
       "missing 'receive_time'"},
      {"no status", R"({"receive_time":1,"host":"h","service":"s","status_mtime":1})",
       "missing 'status'"},
      {"no status_mtime", R"({"receive_time":1,"host":"h","service":"s","status":"OK"})",
       "missing 'status_mtime'"},
      {"no service", R"({"receive_time":1,"host":"h","status":"OK","status_mtime":1})",
       "missing 'service'"},
      {"a number as host", R"({"receive_time":1,"host":1,"service":"s","status":"OK"})",
       "'host' must be a string"},
      {"null as host", R"({"receive_time":1,"host":null})", "'host' must be a string"},
      {"true as time", R"({"receive_time":true,"host":"h"})", "'receive_time' must be a time"},
      {"words as time", R"({"receive_time":"yesterday","host":"h"})",
       "'receive_time': 'yesterday' is no moment, expected RFC 3339"},
      {"no offset", R"({"receive_time":"2023-11-14T22:13:20","host":"h"})",
       "has no offset from UTC, expected Z"},
      {"before 1970", R"({"receive_time":-1,"host":"h"})",
       "'receive_time' is outside 1970-01-01T00:00:00Z to 2106-02-07T06:28:15Z"},
      {"a fraction before 1970", R"({"receive_time":-0.5,"host":"h"})", "is outside 1970"},
      {"after 2106", R"({"receive_time":4294967296,"host":"h"})", "is outside 1970"},
      {"far after", R"({"receive_time":18446744073709551615,"host":"h"})", "is outside 1970"},
      {"farther", R"({"receive_time":1e300,"host":"h"})", "is outside 1970"},
      {"ISO after 2106", R"({"receive_time":"2106-02-07T06:28:16Z","host":"h"})",
       "is outside 1970"},
      {"unknown status",
       R"({"receive_time":1,"host":"h","service":"s","status":"ok","status_mtime":1})",
       "unknown status 'ok', expected OK, WARN, CRIT, NODATA or INFO"},
      {"metadata a number",
       R"({"receive_time":1,"host":"h","service":"s","status":"OK","status_mtime":1,"metadata":5})",
       "'metadata' must be an object or null"},
      {"its time a word",
       R"({"receive_time":1,"host":"h","service":"s","status":"OK","status_mtime":1,)"
       R"("metadata":{"timestamp":"x"}})",
       "'metadata.timestamp': 'x' is no moment"},
      {"its time null",
       R"({"receive_time":1,"host":"h","service":"s","status":"OK","status_mtime":1,)"
       R"("metadata":{"timestamp":null}})",
       "'metadata.timestamp' must be a time"},
      {"its time twice",
       R"({"receive_time":1,"host":"h","service":"s","status":"OK","status_mtime":1,)"
       R"("metadata":{"timestamp":1,"timestamp":2}})",
       "'metadata.timestamp' stands twice"},
      {"a key twice", R"({"receive_time":1,"host":"h","host":"h2"})", "'host' stands twice"},
      {"unknown event", R"({"event":"reboot","time":1,"host":"h"})",
       "unknown event 'reboot', expected check, host, assign, manipulation, rename or remove"},
      {"event a number", R"({"event":3,"time":1,"host":"h"})", "'event' must be a string"},
      {"unknown phase", R"({"event":"manipulation","time":1,"host":"h","phase":"middle"})",
       "unknown phase 'middle', expected begin or end"},
      {"no phase", R"({"event":"manipulation","time":1,"host":"h"})", "missing 'phase'"},
      {"rename to nothing", R"({"event":"rename","time":1,"host":"h"})", "missing 'to'"},
      {"rename to empty", R"({"event":"rename","time":1,"host":"h","to":""})",
       "'to' is empty, expected a name"},
      {"empty host", R"({"event":"assign","time":1,"host":""})", "'host' is empty"},
      {"empty switch", R"({"event":"host","time":1,"host":"h","switch":""})", "'switch' is empty"},
      {"switch a number", R"({"event":"host","time":1,"host":"h","switch":7})",
       "'switch' must be a name, or null for none"},
      {"needs that are a list", R"({"event":"host","time":1,"host":"h","needs":["el1"]})",
       "'needs' must be an object of classes, each with a list of names"},
      {"needs that are nothing", R"({"event":"host","time":1,"host":"h","needs":null})",
       "'needs' must be an object of classes, each with a list of names"},
      {"one member without a list", R"({"event":"host","time":1,"host":"h","needs":{"s":"el1"}})",
       "'needs.s' must be a list of names, or null for none"},
      {"a member that is a number", R"({"event":"host","time":1,"host":"h","needs":{"s":["a",1]}})",
       "'needs.s' must be a list of names, or null for none"},
      {"a member without a name", R"({"event":"host","time":1,"host":"h","needs":{"s":[""]}})",
       "'needs.s' is empty, expected a name"},
      {"a class without a name", R"({"event":"host","time":1,"host":"h","needs":{"":["el1"]}})",
       "'needs' is empty, expected a name"},
      {"a class twice", R"({"event":"host","time":1,"host":"h","needs":{"s":[],"s":["el1"]}})",
       "'needs': class 's' stands twice, expected it once"},
      {"a member twice", R"({"event":"host","time":1,"host":"h","needs":{"s":["a","b","a"]}})",
       "'needs': 'a' stands twice in 's', expected it once"},
      {"needs twice", R"({"event":"host","time":1,"host":"h","needs":{},"needs":{}})",
       "'needs' stands twice"},
      {"needs of another event", R"({"event":"assign","time":1,"host":"h","needs":{}})",
       "unknown key 'needs', assign has: event, time, host"},
      {"too many members", needs_of_members(1001), "more than 1000 members of 's'"},
      {"too many classes", needs_of_classes(65), "'needs' has more than 64 classes"},
      {"misspelt fact", R"({"event":"host","time":1,"host":"h","swich":"s1"})",
       "unknown key 'swich', host has: event, time, host, switch, rack"},
      {"an empty key", R"({"event":"host","time":1,"host":"h","":"s1"})",
       "unknown key '', host has: event, time, host, switch, rack"},
      {"a fact of another event", R"({"event":"assign","time":1,"host":"h","rack":"r"})",
       "unknown key 'rack', assign has: event, time, host"},
      {"no time", R"({"event":"assign","host":"h"})", "missing 'time'"},
      {"name too long", R"({"event":"assign","time":1,"host":")" + std::string(256, 'x') + "\"}",
       "'host' has 256 bytes, a name has at most 255"},
      {"65 levels", "{\"a\":" + std::string(64, '[') + std::string(64, ']') + "}\n",
       "nested deeper than 64 levels"},
      {"line too long", "{\"a\":\"" + std::string(1 << 20, 'x') + "\"}\n",
       "a line has at most 1048576 bytes"},
      {"backwards", check_at(100) + check_at(99),
       "r.ndjson:2: time runs backwards by 1s, from 1970-01-01T00:01:40Z to 1970-01-01T00:01:39Z: "
       "lines must be in order of time; --reorder DURATION puts late ones in order"},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.why) {
      const std::string error = error_of(row.line);
      CHECK_THAT(error, Catch::Contains(row.message));
      CHECK_THAT(error, Catch::StartsWith("r.ndjson:"));
      CHECK(error.size() < 400);  // whatever the input holds, the message can be read
    }
  }
}

TEST_CASE("a number with a fraction is floored by its digits", "[recording]") {
  struct Row {
    const char* number;
    std::int64_t second;
  };
  const Row rows[] = {
      {"1700000000.0", 1'700'000'000},
      {"1700000000.5", 1'700'000'000},
      {"1700000000.999999", 1'700'000'000},
      {"1699999999.9999999", 1'699'999'999},   // the double is 1.2e-7 below
      {"1699999999.99999999", 1'699'999'999},  // the double is the next second
      {"1699999999.999999999999999999", 1'699'999'999},
      {"4294967295.99999999999", 4'294'967'295},  // and here out of range
      {"0.99999999999999999999", 0},
      {"0.0", 0},
      {"-0.0", 0},
      {"1.7e9", 1'700'000'000},
      {"1699999999.9e0", 1'699'999'999},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.number) {
      const std::string number = row.number;
      const std::string line = R"({"time":{"status_mtime":5.0},"receive_time":)" + number +
                               R"(,"host":"h","service":"memory","status":"OK","status_mtime":)" +
                               number + R"(,"metadata":{"x":[3.0],"timestamp":)" + number + "}}";
      auto reader = RecordingReader::from_text(line, "r.ndjson");
      const Event* event = reader.next();
      CHECK(reader.status().message() == "");
      REQUIRE(event != nullptr);
      CHECK(text(event->time) == text(t(row.second)));
      CHECK(text(event->report.receive_time) == text(t(row.second)));
      CHECK(text(event->report.status_mtime) == text(t(row.second)));
      CHECK(text(event->report.metadata_timestamp) == text(t(row.second)));
    }
  }
  const char* const too_early[] = {"-0.5", "-1.0", "-0.00000000000000000000000000001",
                                   "-9223372036854775808.5", "-99999999999999999999.0"};
  for (const char* number : too_early) {
    INFO(number);
    CHECK_THAT(error_of(std::string(R"({"receive_time":)") + number + "}"),
               Catch::Contains("is outside 1970"));
  }
}

TEST_CASE("what looks odd and is right is read", "[recording]") {
  struct Row {
    const char* why;
    std::string text;
    std::size_t events;
  };
  const Row rows[] = {
      {"nothing at all", "", 0},
      {"no last line feed", check_line, 1},
      {"blank lines and carriage returns", "\n" + check_line + "\r\n \n" + check_line + "\n\n", 2},
      {"a number of 30 digits under a key that is ignored",
       "{\"x\":123456789012345678901234567890," + check_line.substr(1), 1},
      {"metadata null", check_line.substr(0, check_line.size() - 1) + ",\"metadata\":null}", 1},
      {"metadata without a time",
       check_line.substr(0, check_line.size() - 1) + ",\"metadata\":{\"x\":1}}", 1},
      {"fractions within a second", check_at(100) + check_at(100), 2},
      {"a name of 255 bytes", check_at(100, std::string(255, 'x')), 1},
      {"64 levels",
       "{\"a\":" + std::string(63, '[') + std::string(63, ']') + "," + check_line.substr(1), 1},
      {"the first moment", check_at(0), 1},
      {"the last moment", check_at(4294967295), 1},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.why) {
      const Read read = read_text(row.text);
      CHECK(read.error.empty());
      CHECK(read.events.size() == row.events);
    }
  }
}

TEST_CASE("an error speaks up behind everything that comes before it", "[recording]") {
  const Read unreadable = read_text(check_at(100) + "rubbish\n" + check_at(101));
  CHECK(unreadable.events == std::vector<std::string>{"100 h1"});
  CHECK(unreadable.error_time == t(100));  // its second cannot be read: not before the last one

  const Read told = read_text(check_at(100) + R"({"event":"nonsense","time":150,"host":"h"})");
  CHECK(told.error_time == t(150));
}

TEST_CASE("several recordings are merged by time, ties in the order given", "[recording]") {
  const TemporaryFolder folder;
  const std::string a = folder.write("a", check_at(100, "a") + check_at(102, "a"));
  const std::string b = folder.write("b", check_at(100, "b") + check_at(101, "b"));
  const auto merged = [](const std::vector<std::string>& paths) {
    auto reader = RecordingReader::open(paths);
    REQUIRE(reader.ok());
    return read_all(*std::move(reader));
  };
  CHECK(merged({a, b}).events == std::vector<std::string>{"100 a", "100 b", "101 b", "102 a"});
  CHECK(merged({b, a}).events == std::vector<std::string>{"100 b", "100 a", "101 b", "102 a"});

  // An error waits for its turn.
  const std::string c = folder.write("c", check_at(101, "c") + "rubbish");
  const Read read = merged({c, a});
  CHECK(read.events == std::vector<std::string>{"100 a", "101 c"});
  CHECK_THAT(read.error, Catch::Contains("c:2: the last line is truncated"));
}

TEST_CASE("gzip and zstd are read as they are, also one frame behind the other", "[recording]") {
  const std::string one = check_at(100);
  const std::string two = check_at(101);
  const std::vector<std::string> both{"100 h1", "101 h1"};
  CHECK(read_text(one + two).events == both);
  CHECK(read_text(gzip(one + two)).events == both);
  CHECK(read_text(gzip(one) + gzip(two)).events == both);
  CHECK(read_text(zstd(one + two)).events == both);
  CHECK(read_text(zstd(one) + zstd(two)).events == both);
  // A frame that decoders skip, as parallel compressors write in front.
  const std::string skippable("\x5e\x2a\x4d\x18\x04\x00\x00\x00rest", 12);
  CHECK(read_text(skippable + zstd(one + two)).events == both);
}

TEST_CASE("a compressed recording cut at any byte is an error, never a shorter recording",
          "[recording]") {
  const std::string text = check_at(100) + check_at(101) + check_at(102);
  for (const std::string& whole : {gzip(text), zstd(text)}) {
    for (std::size_t size = 4; size < whole.size(); ++size) {
      const Read read = read_text(whole.substr(0, size));
      CHECK_FALSE(read.error.empty());
      CHECK(read.events.size() <= 3);
    }
    CHECK(read_text(whole).error.empty());
  }
}

TEST_CASE("a damaged compressed recording is an error that says so", "[recording]") {
  std::string damaged = zstd(check_at(100) + check_at(101));
  damaged[damaged.size() / 2] = static_cast<char>(damaged[damaged.size() / 2] ^ 0x55);
  damaged += "rubbish";
  CHECK_FALSE(error_of(damaged).empty());
  CHECK_THAT(error_of(gzip(check_at(100)) + "rubbish"), Catch::Contains("gzip stream is damaged"));
}

TEST_CASE("late lines are put in order as far as asked for", "[recording]") {
  const std::string text = check_at(100, "a") + check_at(105, "b") + check_at(103, "c") +
                           check_at(103, "d") + check_at(110, "e");
  struct Row {
    const char* why;
    std::int64_t reorder;
    std::vector<std::string> events;
    const char* error;
  };
  const Row rows[] = {
      {"a second too little", 1, {"100 a"}, "r.ndjson:3: time runs backwards by 2s"},
      {"just enough", 2, {"100 a", "103 c", "103 d", "105 b", "110 e"}, ""},
      {"more than enough", 60, {"100 a", "103 c", "103 d", "105 b", "110 e"}, ""},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.why) {
      const Read read = read_text(text, {.reorder = Seconds{row.reorder}});
      CHECK(read.events == row.events);
      CHECK_THAT(read.error, Catch::StartsWith(row.error));
    }
  }
  CHECK_THAT(read_text(text, {.reorder = Seconds{1}}).error,
             Catch::Contains("more than --reorder 1s allows"));
}

TEST_CASE("an event holds nothing of the line before it", "[recording]") {
  const std::string text = R"({"event":"rename","time":100,"host":"a","to":"bbbbbbbbbbbbbbbbbbb"})"
                           "\n"
                           R"({"event":"host","time":100,"host":"c","switch":"s","rack":null})"
                           "\n" +
                           check_at(100, "d") + R"({"event":"assign","time":100,"host":"e"})" +
                           "\n";
  for (const Seconds reorder : {Seconds{0}, Seconds{10}}) {
    RecordingReader reader = RecordingReader::from_text(text, "r", {.reorder = reorder});
    REQUIRE(reader.next() != nullptr);
    REQUIRE(reader.next() != nullptr);
    const Event* check = reader.next();
    REQUIRE(check != nullptr);
    CHECK(check->to.empty());
    CHECK(check->on_switch == Place{});
    const Event* assign = reader.next();
    REQUIRE(assign != nullptr);
    CHECK(assign->service.empty());
    CHECK(assign->in_rack == Place{});
  }
}

TEST_CASE("any order within the reordering gives the same events as a stable sort", "[recording]") {
  rc::prop("reorder equals sorting", [] {
    const auto count = *rc::gen::inRange<std::size_t>(0, 30);
    const auto slack = *rc::gen::inRange<std::int64_t>(1, 20);
    std::string text;
    std::vector<std::pair<std::int64_t, std::string>> sorted;
    std::int64_t newest = 1000;
    for (std::size_t i = 0; i < count; ++i) {
      const std::int64_t second = newest - *rc::gen::inRange<std::int64_t>(-5, slack + 1);
      newest = std::max(newest, second);
      const std::string host = "h" + std::to_string(i);
      text += check_at(second, host);
      sorted.emplace_back(second, host);
    }
    std::stable_sort(sorted.begin(), sorted.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    const Read read = read_text(text, {.reorder = Seconds{slack}});
    RC_ASSERT(read.error.empty());
    RC_ASSERT(read.events.size() == sorted.size());
    for (std::size_t i = 0; i < sorted.size(); ++i) {
      RC_ASSERT(read.events[i] == std::to_string(sorted[i].first) + " " + sorted[i].second);
    }
  });
}

TEST_CASE("lenient reading skips bad lines and counts them by cause", "[recording]") {
  const Read read = read_text(check_at(100) + "rubbish\n" + R"({"event":"x","time":1,"host":"h"})" +
                                  "\n" + check_at(90) + "rubbish\n" + check_at(101) + "{\"cut",
                              {.lenient = true});
  CHECK(read.error.empty());
  CHECK(read.events == std::vector<std::string>{"100 h1", "101 h1"});
  CHECK(read.skipped ==
        std::map<std::string, std::uint64_t, std::less<>>{{"bad JSON", 2},
                                                          {"time runs backwards", 1},
                                                          {"truncated line", 1},
                                                          {"unknown event", 1}});
}

TEST_CASE("reading ahead gives every event, and can be given up at any of them", "[recording]") {
  std::string text;
  std::vector<std::string> hosts;
  for (int i = 0; i < 5000; ++i) {
    hosts.push_back(std::to_string(i) + std::string(i % 2 == 0 ? 1U : 250U, 'x'));
    text += check_at(100 + i, hosts.back());
  }
  CHECK(read_text(text).events.size() == 5000);
  const Read damaged = read_text(text + "rubbish\n");
  CHECK(damaged.events.size() == 5000);
  CHECK_THAT(damaged.error, Catch::StartsWith("r.ndjson:5001: no JSON object"));
  for (const int enough : {0, 1, 1023, 1024, 1025, 4999}) {
    auto reader = RecordingReader::from_text(text, "r", {.read_ahead = true});
    for (int i = 0; i < enough; ++i) {
      const Event* event = reader.next();
      REQUIRE(event != nullptr);
      REQUIRE(event->host == hosts[static_cast<std::size_t>(i)]);
    }
    CHECK(reader.status().ok());
    const RecordingProgress progress = reader.progress();
    CHECK(progress.bytes_read <= progress.bytes_total);
  }
}

TEST_CASE("files that cannot be read are errors with their name", "[recording]") {
  const TemporaryFolder folder;
  const auto error = [](const std::vector<std::string>& paths) {
    auto reader = RecordingReader::open(paths);
    if (!reader.ok()) return std::string(reader.status().message());
    return read_all(*std::move(reader)).error;
  };
  CHECK_THAT(error({"/nonexistent/x"}),
             Catch::Contains("/nonexistent/x: cannot be opened: No such file or directory"));
  CHECK_THAT(error({std::filesystem::temp_directory_path().string()}),
             Catch::Contains("Is a directory"));
  CHECK_THAT(error({"-", "-"}), Catch::Contains("standard input can be read once only"));
  CHECK_THAT(error({}), Catch::Contains("no recording named"));
}

TEST_CASE("a long recording is read in a stream", "[recording]") {
  // Lines across many blocks, of every length: nothing is lost at their seams.
  std::string text;
  std::vector<std::string> expected;
  for (std::int64_t i = 0; i < 4000; ++i) {
    const std::string host = "h" + std::string(static_cast<std::size_t>(i % 251), 'x');
    text += check_at(1000 + i, host);
    expected.push_back(std::to_string(1000 + i) + " " + host);
  }
  CHECK(read_text(text).events == expected);
  CHECK(read_text(zstd(text)).events == expected);
  CHECK(read_text(gzip(text)).events == expected);
}

TEST_CASE("what a host needs is read, kept and written as it was stated", "[recording]") {
  const std::string lines = R"({"event":"host","time":100,"host":"h","switch":null,)"
                            R"("needs":{"storage":["el1","el\u00e9"],"cache":[]}})"
                            "\n"
                            R"({"event":"host","time":99,"host":"g","needs":{"cache":["c1"]}})"
                            "\n";
  for (const Seconds reorder : {Seconds{0}, Seconds{5}}) {
    const std::string text = reorder > Seconds{0} ? lines : lines.substr(0, lines.find('\n') + 1);
    auto reader = RecordingReader::from_text(text, "r.ndjson", {.reorder = reorder});
    std::string written;
    while (const Event* event = reader.next()) append_event(written, *event);
    REQUIRE(reader.status().ok());
    const std::string first =
        "{\"event\":\"host\",\"time\":100,\"host\":\"h\",\"switch\":null,"
        "\"needs\":{\"storage\":[\"el1\",\"el\u00e9\"],\"cache\":[]}}\n";
    const std::string second =
        "{\"event\":\"host\",\"time\":99,\"host\":\"g\",\"needs\":{\"cache\":[\"c1\"]}}\n";
    CHECK(written == (reorder > Seconds{0} ? second + first : first));
  }
}

TEST_CASE("what a check's source likes to call needs is ignored", "[recording]") {
  const std::string line =
      R"({"receive_time":100,"host":"h","service":"ssh","status":"OK","status_mtime":50,)"
      R"("needs":{"":[1]}})"
      "\n";
  auto reader = RecordingReader::from_text(line, "r.ndjson");
  const Event* event = reader.next();
  REQUIRE(event != nullptr);
  CHECK(event->needs.empty());
}

TEST_CASE("needs stay with their events when files are read ahead", "[recording]") {
  const TemporaryFolder folder;
  std::string lines;
  for (int i = 0; i < 3000; ++i) {
    lines +=
        R"({"event":"host","time":100,"host":"h","needs":{"s":["m)" + std::to_string(i) + "\"]}}\n";
  }
  const std::string path = folder.write("r.ndjson", lines);
  auto reader = RecordingReader::open({path}, {.read_ahead = true});
  REQUIRE(reader.ok());
  int count = 0;
  while (const Event* event = reader->next()) {
    event->needs.for_each([&](std::string_view of, const NameList& members) {
      CHECK(of == "s");
      members.for_each([&](std::string_view name) { CHECK(name == "m" + std::to_string(count)); });
    });
    ++count;
  }
  CHECK(count == 3000);
}

}  // namespace
}  // namespace vitals
