// SPDX-License-Identifier: Apache-2.0
// Any bytes as a recording: read, applied to a fleet, and judged. What is printed is valid and in
// order, nothing is missed between two changes, and what was read can be written and read again.
#include <simdjson.h>

#include <map>
#include <string>
#include <tuple>
#include <utility>

#include "fuzz.h"
#include "vitals/fleet.h"
#include "vitals/recording.h"
#include "vitals/verdict_line.h"

namespace {

using namespace vitals;

// What --on-change compares: everything of a line that is not the moment or follows from it.
std::string told(const VerdictLine& line) {
  std::string all = line.status ? std::string(name(*line.status)) : "-";
  all += '/' + std::to_string(line.verdict.excluded_by.bits());
  for (const std::string_view blocker : line.blocked_by) (all += '/') += blocker;
  return all;
}

// Takes the lines of an --on-change replay and checks each against those before it.
class Lines {
 public:
  void add(const VerdictLine& line) {
    Place place{line.time, line.host, line.check};
    promise(last_ < place, "lines are in order of time, host and check");
    last_ = std::move(place);
    newest_[{std::string(line.host), std::string(line.check)}] = told(line);
    text_.clear();
    append_json(text_, line);
    promise(text_.find('\n') == std::string::npos, "a verdict is one line", text_);
    promise(parser_.parse(text_).error() == simdjson::SUCCESS, "a verdict is JSON", text_);
  }

  // Judged from scratch, every check must be as its last line told.
  void compare_with(const VerdictLine& line) const {
    const auto found = newest_.find({std::string(line.host), std::string(line.check)});
    promise(found != newest_.end() && found->second == told(line),
            "no change is missed: judge_all() equals what advance() told last");
  }

 private:
  using Place = std::tuple<Timestamp, std::string, std::string>;
  Place last_{distant_past, "", ""};
  std::map<std::pair<std::string, std::string>, std::string> newest_;
  std::string text_;
  simdjson::dom::parser parser_;
};

// Replays the text; returns its events, written anew.
std::string replay(std::string_view text, const RecordingOptions& options) {
  Fleet fleet{PolicySet{}};
  Lines lines;
  const auto add = [&](const VerdictLine& line) { lines.add(line); };
  RecordingReader reader = RecordingReader::from_text(text, "recording", options);
  std::string written;
  Timestamp now = distant_past;
  while (const Event* event = reader.next()) {
    promise(event->time >= now, "events are in order of time");
    if (now != distant_past && event->time > now) {
      fleet.advance(now, add);
      fleet.advance(event->time - Seconds{1}, add);
    }
    now = event->time;
    append_event(written, *event);
    if (!fleet.apply(*event).ok()) {
      if (!options.lenient) break;
      reader.skip("refused");
    }
  }
  promise(reader.status().ok() ||
              every_line_says_where(std::string(reader.status().message()), "recording"),
          "an error says where");
  promise(reader.status().ok() || !options.lenient, "lenient reading skips what is wrong");
  if (now != distant_past) {
    fleet.advance(now, add);
    fleet.judge_all(now, [&](const VerdictLine& line) { lines.compare_with(line); });
  }
  return written;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = text_of(data, size);
  replay(text, {.reorder = Seconds{30}, .lenient = true});
  const std::string written = replay(text, {});
  promise(replay(written, {}) == written, "what was written reads back as the same", written);
  return 0;
}
