// SPDX-License-Identifier: Apache-2.0
// Explanations as text, JSON and SVG, and the program that prints them. UPDATE_GOLDEN=1 writes the
// files in golden/explain anew; look at what changed before you keep it.
#include <rapidcheck.h>
#include <rapidcheck/catch.h>
#include <sys/stat.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <cctype>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "explain/explain_words.h"
#include "explain/timeline.h"
#include "explain_story.h"
#include "generators.h"
#include "picture/canvas.h"
#include "picture_reader.h"
#include "program.h"
#include "test_time.h"
#include "vitals/explain.h"

namespace vitals {
namespace {

using namespace std::chrono_literals;
using generate::Scale;
using namespace story;

HostExplanation host_of(std::vector<Explanation> checks) {
  std::string host = checks.front().host;
  const bool is_host = !is_infrastructure(checks.front().policy.kind);
  const Timestamp moment = checks.front().now;
  return explain_host(std::move(host), is_host, moment, std::move(checks));
}

Story story_of(void (*change)(Story&)) {
  Story story;
  change(story);
  return story;
}

HostExplanation random_explanation(Scale scale) {
  return host_of({explain_facts(*generate::facts(scale), generate::moment(scale))});
}

TEST_CASE("Explanations of known stories read as they did") {
  Story settling = story_of(change_status);
  settling.check_name = "UNREACHABLE";
  settling.check.period = 1min;
  check_golden("explain/settling.txt", to_text(host_of({settling.explain()}), {}));
  check_golden("explain/settling.json", to_json(host_of({settling.explain()})) + "\n");
  check_golden("explain/settling.svg", to_svg(host_of({settling.explain()})));

  const Story repaired = story_of(end_work);
  check_golden("explain/repaired.txt", to_text(host_of({repaired.explain()}), {}));
  check_golden("explain/repaired.svg", to_svg(host_of({repaired.explain()})));

  Story hanging = story_of(make_hw_watcher);
  hanging.seen->metadata_timestamp = at(13, 44);
  check_golden("explain/hanging.txt",
               to_text(host_of({hanging.explain()}), {.utf8 = false, .columns = 80}));
  check_golden("explain/hanging.svg", to_svg(host_of({hanging.explain()})));

  Story absent = story_of(make_unobserved);
  absent.check_name = "disk";
  Story nothing;
  nothing.check_name = "meta";
  nothing.seen.reset();
  const HostExplanation whole = host_of({settling.explain(), absent.explain(), hanging.explain(),
                                         nothing.explain(), Story().explain()});
  check_golden("explain/host.txt", to_text(whole, {.color = true}));
  check_golden("explain/host.json", to_json(whole) + "\n");
}

TEST_CASE("Text keeps to its columns, to ASCII, and to black and white") {
  rc::prop("for random facts", [] {
    const TextStyle style{
        .color = false, .utf8 = *rc::gen::arbitrary<bool>(), .columns = *rc::gen::inRange(60, 140)};
    const Scale scale = *rc::gen::element(Scale::seconds, Scale::accepted);
    const std::string text = to_text(random_explanation(scale), style);
    const auto columns = static_cast<std::size_t>(std::clamp(style.columns, 80, 120));
    for (const std::string& line : lines_of(text)) {
      RC_ASSERT(columns_of(line) <= columns);
      RC_ASSERT((line.empty() || line.back() != ' '));
    }
    RC_ASSERT(std::all_of(text.begin(), text.end(), [&](char c) {
      const auto byte = static_cast<unsigned char>(c);
      return c == '\n' || (byte >= 0x20 && byte != 0x7f && (style.utf8 || byte < 0x80));
    }));
  });
}

TEST_CASE("Whatever the moments, every renderer comes to an end") {
  rc::prop("for facts up to the ends of time", [] {
    const HostExplanation host = random_explanation(Scale::all);
    RC_ASSERT(!to_text(host, {}).empty());
    RC_ASSERT(!to_json(host).empty());
    RC_ASSERT(XmlReader(to_svg(host)).read().has_value());
  });
}

TEST_CASE("A picture is well-formed, needs nothing from outside, and no text hides another") {
  rc::prop("for random facts", [] {
    const std::string svg = to_svg(random_explanation(Scale::accepted));
    const auto elements = XmlReader(svg).read();
    RC_ASSERT(elements.has_value());
    const std::string problems = text_problems(*elements);
    if (!problems.empty()) RC_FAIL(problems);
    for (const Element& element : *elements) {
      RC_ASSERT(element.name != "script" && element.name != "image" && element.name != "use");
      RC_ASSERT(element.attributes.count("href") == 0);
    }
    RC_ASSERT(svg.find("@import") == std::string::npos);
  });
}

TEST_CASE("The known stories have no text that hides another either") {
  for (const char* file : {"settling.svg", "repaired.svg", "hanging.svg"}) {
    INFO(file);
    const auto elements =
        XmlReader(read_file(std::filesystem::path(VITALS_TESTS_DIR) / "golden" / "explain" / file))
            .read();
    REQUIRE(elements);
    CHECK(text_problems(*elements) == "");
  }
}

TEST_CASE("A bar too short for its times leaves them out") {
  // It counts for 20 s, up to the end of what is drawn.
  Story story;
  story.policy.juggler.push_period = 15min;
  story.policy.netmon = {.fetch_period = 15min, .window = 15min};
  story.policy.retention.push_periods = 2;
  for (auto* seen : {&story.seen, &story.on_switch, &story.in_rack}) {
    (*seen)->receive_time = at(14, 5);
  }
  story.seen->status_mtime = at(14, 4, 39);
  REQUIRE(story.explain().verdict->window == Window{at(14, 34, 40), at(14, 35)});
  const auto elements = XmlReader(to_svg(host_of({story.explain()}))).read();
  REQUIRE(elements);
  CHECK(text_problems(*elements) == "");
}

TEST_CASE("The reader of XML tells what is not well-formed") {
  CHECK(XmlReader("<a b=\"c\"><d/>&amp;e</a>\n").read());
  for (const char* bad : {"", "<a>", "<a></b>", "<a b=c></a>", "<a>&</a>", "<a b=\"1\" b=\"2\"/>",
                          "<a/>text", "<a>\x1b</a>", "<"}) {
    INFO(bad);
    CHECK_FALSE(XmlReader(bad).read());
  }
}

TEST_CASE("Names cannot command a terminal, nor leave JSON or XML") {
  Story story = story_of(end_work);
  story.host_name = "h\x1b[2J\"</text><script>&";
  story.check_name = "c\n\t\xc2\x9b\xe2\x80\xae";
  story.switch_name = "s'\\\x07";
  story.on_switch->status = Status::crit;
  const HostExplanation host = host_of({story.explain()});

  const std::string text = to_text(host, {});
  CHECK(text.find('\x1b') == std::string::npos);
  CHECK(text.find('\x07') == std::string::npos);
  CHECK(text.find("\xc2\x9b") == std::string::npos);
  CHECK(text.find("h\\x1b[2J\"</text><script>&") != std::string::npos);
  CHECK(text.find("c\\n\\t\\xc2\\x9b\\xe2\\x80\\xae of") != std::string::npos);

  const std::string json = to_json(host);
  CHECK(json.find("\"host\":\"h\\u001b[2J\\\"</text><script>&\"") != std::string::npos);
  CHECK(json.find('\x07') == std::string::npos);
  CHECK(json.find('\n') == std::string::npos);

  const std::string svg = to_svg(host);
  CHECK(XmlReader(svg).read());
  CHECK(svg.find("<script>") == std::string::npos);
  CHECK(svg.find("h\\x1b[2J&quot;&lt;/text&gt;&lt;script&gt;&amp;") != std::string::npos);
}

TEST_CASE("Names as long as they may be leave room for everything else") {
  Story story = story_of(change_status);
  story.host_name = std::string(255, 'W');
  story.check_name = std::string(255, 'm');
  story.switch_name = std::string(255, 'M');
  story.rack_name.clear();
  for (int i = 0; i < 63; ++i) story.rack_name += "\u673a";  // wide characters
  const HostExplanation one = host_of({story.explain()});
  const HostExplanation two = host_of({story.explain(), Story().explain()});
  for (const HostExplanation& host : {one, two}) {
    for (const int columns : {80, 120}) {
      for (const std::string& line : lines_of(to_text(host, {.columns = columns}))) {
        CHECK(columns_of(line) <= static_cast<std::size_t>(columns));
      }
    }
    const auto elements = XmlReader(to_svg(host)).read();
    REQUIRE(elements);
    CHECK(text_problems(*elements) == "");
  }
}

TEST_CASE("Text is made safe for terminals") {
  struct Row {
    const char* why;
    const char* text;
    const char* utf8;
    const char* ascii;
  };
  const std::vector<Row> rows{
      {"plain", "sas1-0001 ~", "sas1-0001 ~", "sas1-0001 ~"},
      {"control characters", "a\x1b\x7f\tb", "a\\x1b\\x7f\\tb", "a\\x1b\\x7f\\tb"},
      {"control characters of Latin 1", "\xc2\x9b", "\\xc2\\x9b", "\\xc2\\x9b"},
      {"letters", "\u0445\u00e9", "\u0445\u00e9", "\\xd1\\x85\\xc3\\xa9"},
      {"the two signs", "2 \u00d7 push \u2192 stale", "2 \u00d7 push \u2192 stale",
       "2 x push -> stale"},
      {"direction of writing", "a\u202eb", "a\\xe2\\x80\\xaeb", "a\\xe2\\x80\\xaeb"},
      {"no UTF-8", "a\xff\xc3", "a\\xff\\xc3", "a\\xff\\xc3"},
      {"too long a spelling", "\xc0\xaf", "\\xc0\\xaf", "\\xc0\\xaf"},
      {"too long a spelling of three bytes", "\xe0\x80\xaf", "\\xe0\\x80\\xaf", "\\xe0\\x80\\xaf"},
      {"half of a pair", "\xed\xa0\x80", "\\xed\\xa0\\x80", "\\xed\\xa0\\x80"},
      {"what XML cannot hold", "\xef\xbf\xbf", "\\xef\\xbf\\xbf", "\\xef\\xbf\\xbf"},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.why) {
      CHECK(legible(row.text) == row.utf8);
      CHECK(legible(row.text, false) == row.ascii);
    }
  }
}

TEST_CASE("Text is broken at spaces, and fitted") {
  using Lines = std::vector<std::string>;
  CHECK(wrap("one two three", 13) == Lines{"one two three"});
  CHECK(wrap("one two three", 12) == Lines{"one two", "three"});
  CHECK(wrap("one two three", 7) == Lines{"one two", "three"});
  CHECK(wrap("onetwothree", 4) == Lines{"onet", "woth", "ree"});
  CHECK(wrap("", 4) == Lines{""});
  CHECK(wrap("\u673a\u673a\u673a", 4) == Lines{"\u673a\u673a", "\u673a"});
  CHECK(columns_of("e\u0301\u673a\u2192") == 4);
  CHECK(shortened("abcdef", 6) == "abcdef");
  CHECK(shortened("abcdefg", 6) == "abc...");
  CHECK(join({}, ", ") == "");
  CHECK(join({"a", "", "b"}, ", ") == "a, , b");
}

TEST_CASE("Moments are told as seen from now") {
  const Clock clock(now);
  CHECK(clock.at_and_away(at(14, 8, 12)) == "14:08:12, in 2m 3s");
  CHECK(clock.at_and_away(at(14, 5, 9)) == "14:05:09, 1m ago");
  CHECK(clock.at_and_away(now) == "14:06:09, now");
  CHECK(clock.at(at(14, 0) - 24h) == "2023-11-13 14:00:00");
  CHECK(tell_length(0s) == "0s");
  CHECK(tell_length(3661s) == "1h 1m 1s");
  CHECK(length_between(distant_past, distant_future) == Seconds::max());
}

TEST_CASE("A window is told by its ends") {
  const Clock clock(now);
  CHECK(tell_window(Window::never(), clock) == "never, unless something new arrives");
  CHECK(tell_window(Window::always(), clock) == "always, unless something new arrives");
  CHECK(tell_window(Window::before(at(14, 7)), clock) == "until 14:07:00, in 51s");
  CHECK(tell_window(Window::starting(at(14, 7)), clock) == "from 14:07:00, in 51s on");
  CHECK(tell_window({at(14, 7), at(14, 8)}, clock) ==
        "from 14:07:00, in 51s until 14:08:00, in 1m 51s");
}

TEST_CASE("The drawn range holds now and what belongs to it") {
  struct Row {
    const char* why;
    void (*change)(Story&);
    std::vector<Timestamp> inside;
    std::vector<Timestamp> outside;
  };
  const std::vector<Row> rows{
      {"what is known to come", [](Story&) {}, {at(14, 3, 31), at(14, 18, 31)}, {two_days_ago}},
      {"work long ago",
       [](Story& story) { story.host.manipulation_ended = at(9, 0); },
       {at(14, 3, 31)},
       {at(9, 0)}},
      {"a proof that takes hours",
       [](Story& story) { story.host.renamed = at(13, 50); },
       {at(13, 50), at(17, 4), at(17, 9)},
       {two_days_ago}},
      {"an old observation is shown with what became of it",
       [](Story& story) { story.seen->receive_time = at(8, 0); },
       {at(8, 0), at(8, 10), at(8, 15)},
       {two_days_ago}},
      {"a very old one is not",
       [](Story& story) { story.seen->receive_time = at(1, 0); },
       {at(14, 5)},
       {at(1, 0)}},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.why) {
      const Window range = range_to_draw(story_of(row.change).explain());
      CHECK(range.contains(now));
      for (const Timestamp moment : row.inside) CHECK(range.contains(moment));
      for (const Timestamp moment : row.outside) CHECK_FALSE(range.contains(moment));
    }
  }
}

TEST_CASE("The clock has round times") {
  const auto labels = [](const Window& range, std::size_t most) {
    std::vector<std::string> all;
    for (const ClockTick& tick : clock_ticks(range, now, most)) all.push_back(tick.label);
    return all;
  };
  using Labels = std::vector<std::string>;
  CHECK(labels({at(14, 0), at(14, 15)}, 4) == Labels{"14:00", "14:05", "14:10"});
  CHECK(labels({at(14, 0, 1), at(14, 15, 1)}, 4) == Labels{"14:05", "14:10", "14:15"});
  CHECK(labels({at(14, 0), at(14, 3)}, 9) == Labels{"14:00", "14:01", "14:02"});
  CHECK(labels({at(0, 0) - 5min, at(0, 4)}, 2) == Labels{"11-13 23:55", "00:00"});
  CHECK(labels({t(-3601), t(3601)}, 4) == Labels{"12-31 23:00", "01-01 00:00", "01-01 01:00"});
}

TEST_CASE("The state of a host is put together from its checks") {
  Story failing = story_of(change_status);
  make_passive(failing);
  failing.check_name = "z";
  Story waiting = story_of(end_work);
  waiting.check_name = "b";
  Story silent;
  silent.check_name = "a";
  silent.seen->receive_time = at(9, 0);
  Story rack;
  rack.check = {.kind = Kind::rack};
  const HostExplanation host =
      host_of({failing.explain(), waiting.explain(), silent.explain(), rack.explain()});
  CHECK(host.state == HostState::failing);
  CHECK(host.failing == std::vector<std::string>{"z"});
  CHECK(host.waiting == std::vector<std::string>{"b"});
  CHECK(host.silent == std::vector<std::string>{"a"});

  CHECK(host_of({waiting.explain(), silent.explain()}).state == HostState::undecided);
  CHECK(host_of({Story().explain()}).state == HostState::healthy);
  CHECK(host_of({silent.explain()}).state == HostState::unmonitored);
  CHECK_FALSE(host_of({rack.explain()}).state);
  CHECK(explain_host("h", true, now, {}).state == HostState::unmonitored);
  CHECK_FALSE(explain_host("s", false, now, {}).state);
  CHECK(XmlReader(to_svg(explain_host("h", true, now, {}))).read());
}

// Both streams of the program together, and how it ended.
Ran explain_in(const std::string& arguments) {
  return run_shell("LC_ALL=C.UTF-8 exec \"$VITALS\" explain " + arguments + " 2>&1");
}

constexpr const char* recording =
    R"({"event":"host","time":1000,"host":"h1","switch":null,"rack":"r1"}
{"event":"manipulation","time":1000,"host":"h1","phase":"end"}
{"receive_time":1100,"host":"r1","service":"rack","status":"OK","status_mtime":500}
{"receive_time":1200,"host":"h1","service":"ssh","status":"OK","status_mtime":500}
{"event":"rename","time":2000,"host":"h1","to":"h2"}
{"event":"host","time":3000,"host":"h3"}
)";

TEST_CASE("The program explains a moment of a recording, events of that second included") {
  const TemporaryFolder workshop;
  const std::string file = workshop.write("a.ndjson", recording);
  const Ran text = explain_in("--host h1 --check ssh --at 1200 " + file);
  CHECK(text.exit_code == 0);
  CHECK(text.out.find("ssh of h1  OK, does not count (active, required)") != std::string::npos);
  CHECK(text.out.find("precedes_manipulation") != std::string::npos);
  const Ran before = explain_in("--host h1 --check ssh --at 1199 " + file);
  CHECK(before.exit_code == 0);
  CHECK(before.out.find("ssh of h1  -, no verdict") != std::string::npos);
  const Ran rack = explain_in("--host r1 --at 1200 --format json " + file);
  CHECK(rack.exit_code == 0);
  CHECK(rack.out.substr(0, 45) == R"({"time":1200,"host":"r1","state":null,"failin)");
}

TEST_CASE("The program draws into a file, whole or not at all") {
  const TemporaryFolder workshop;
  const std::string file = workshop.write("a.ndjson", recording);
  const std::string picture = workshop.write("why.svg", "old");
  const Ran drawn = explain_in("--host h1 --at 1200 --svg " + picture + " " + file);
  CHECK(drawn.exit_code == 0);
  CHECK(XmlReader(read_file(picture)).read());
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(workshop.path(""))) {
    CHECK(entry.path().filename().string().find("svg.") == std::string::npos);
    ++files;
  }
  CHECK(files == 2);

  const std::string link = workshop.path("link.svg");
  std::filesystem::create_symlink(picture, link);
  CHECK(explain_in("--host h1 --at 1199 --svg " + link + " " + file).exit_code == 0);
  CHECK(std::filesystem::is_symlink(link));
  CHECK(XmlReader(read_file(picture)).read());

  const std::string pipe = workshop.path("pipe.svg");
  const Ran piped =
      run_shell("mkfifo " + pipe + " && { cat " + pipe +
                " & } && \"$VITALS\" explain --host h1 --at 1200 --format json --svg " + pipe +
                " " + file + " > " + workshop.path("said") + "; wait");
  CHECK(piped.exit_code == 0);
  CHECK(XmlReader(piped.out).read());
  CHECK(std::filesystem::is_fifo(pipe));

  const Ran nowhere =
      explain_in("--host h1 --at 1200 --svg " + workshop.path("none/why.svg") + " " + file);
  CHECK(nowhere.exit_code == 3);
  CHECK(nowhere.out.find("none/why.svg: cannot be created") != std::string::npos);
}

TEST_CASE("The program says what is wrong with a question") {
  const TemporaryFolder workshop;
  const std::string file = workshop.write("a.ndjson", recording);
  const std::string broken = workshop.write("b.ndjson", std::string(recording) + "{\n");
  const std::string unknown = workshop.write("c.ndjson", R"({"event":"host","time":1,"host":"h1"}
{"event":"remove","time":2,"host":"h9"}
)");
  struct Row {
    const char* why;
    std::string arguments;
    int code;
    const char* told;
  };
  const std::vector<Row> rows{
      {"no event yet", "--host h1 --at 999 " + file, 2,
       "no event up to 1970-01-01T00:16:39Z: the first one is of 1970-01-01T00:16:40Z"},
      {"a host that is not there yet", "--host h3 --at 2000 " + file, 2,
       "no host, switch or rack 'h3' at 1970-01-01T00:33:20Z; did you mean h2?"},
      {"a host with another name now", "--host h1 --at 2000 " + file, 2,
       "no host 'h1' at 1970-01-01T00:33:20Z; it was renamed to 'h2' at "
       "1970-01-01T00:33:20Z"},
      {"a check that the policy does not name", "--host h1 --check shs --at 1200 " + file, 2,
       "the policy names no check 'shs'; did you mean ssh?"},
      {"a check of which nothing was received", "--host h1 --check link --at 1200 " + file, 2,
       "nothing was received of check 'link' of 'h1' up to 1970-01-01T00:20:00Z"},
      {"a file that is not there", "--host h1 --at 1200 " + workshop.path("none"), 2, "none: "},
      {"a bad line before the moment", "--host h1 --at 3000 " + broken, 2, "b.ndjson:7: "},
      {"a bad line behind the moment", "--host h1 --check ssh --at 1200 " + broken, 0, "ssh of h1"},
      {"a line that cannot be applied", "--host h1 --at 5 " + unknown, 2, "c.ndjson:2: "},
      {"the same, passed over", "--lenient --host h1 --at 5 " + unknown, 0,
       "1 line skipped: unknown host"},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.why) {
      const Ran finished = explain_in(row.arguments);
      INFO(finished.out);
      CHECK(finished.exit_code == row.code);
      CHECK(finished.out.find(row.told) != std::string::npos);
    }
  }
}

}  // namespace
}  // namespace vitals
