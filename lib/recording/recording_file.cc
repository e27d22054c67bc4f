// SPDX-License-Identifier: Apache-2.0
#include "recording/recording_file.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "recording/event_names.h"
#include "text/bridge.h"
#include "vitals/text_time.h"

namespace vitals {

HeldEvent::HeldEvent(const Event& event, std::uint64_t line_number)
    : needs_(event.needs.packed()), event_(event), line_number_(line_number) {
  event_.needs = StatedNeeds(needs_);
  std::size_t size = 0;
  for (const std::string_view* name : names_of(event_)) size += name->size();
  names_.reserve(size);
  keep_names(event_, names_);
}

RecordingFile::RecordingFile(LineSource source, const RecordingOptions& options,
                             SkippedLines& skipped)
    : source_(std::move(source)), options_(options), skipped_(skipped) {}

void RecordingFile::advance() {
  if (options_.reorder == Seconds{0}) {
    state_ = read_line();
    event_ = &parsed_;
    line_number_ = source_.line_number();
    return;
  }
  if (front_is_out_) held_.erase(held_.begin());
  while (!ending_ && (held_.empty() || held_.begin()->first > settled_until())) {
    const State read = read_line();
    if (read == State::event) {
      held_.emplace(std::piecewise_construct, std::forward_as_tuple(parsed_.time),
                    std::forward_as_tuple(parsed_, source_.line_number()));
    } else {
      ending_ = read;
    }
  }
  const bool error_is_first =
      ending_ == State::error && (held_.empty() || error_place_ < held_.begin()->first);
  front_is_out_ = !held_.empty() && !error_is_first;
  if (front_is_out_) {
    event_ = &held_.begin()->second.event();
    line_number_ = held_.begin()->second.line_number();
    state_ = State::event;
  } else {
    state_ = *ending_;
  }
}

RecordingFile::State RecordingFile::read_line() {
  while (true) {
    const LineSource::Next next = source_.next();
    if (next == LineSource::Next::end) return State::end;
    const std::optional<BadLine> bad = take_line(next);
    if (!bad) {
      newest_ = std::max(newest_, parsed_.time);
      return State::event;
    }
    if (bad->cause.empty()) continue;
    // A damaged stream is bad input like any other; a file that cannot be read at all is not.
    const bool unreadable = next == LineSource::Next::error;
    if (options_.lenient && (!unreadable || absl::IsInvalidArgument(source_.status()))) {
      ++skipped_[std::string(bad->cause)];
      if (unreadable) return State::end;
      continue;
    }
    error_ = invalid(source_.position(), ": ", bad->message);
    error_place_ = bad->time.value_or(settled_until());
    return State::error;
  }
}

// Parses the current line; a blank one is bad without a cause.
std::optional<BadLine> RecordingFile::take_line(LineSource::Next next) {
  if (std::optional<BadLine> bad = unreadable(source_, next)) return bad;
  std::optional<BadLine> bad = parser_.parse(source_.line(), parsed_);
  if (bad) {
    blame_truncation(source_, *bad);
    return bad;
  }
  if (parsed_.time >= settled_until()) return std::nullopt;
  const std::string allowed =
      options_.reorder == Seconds{0}
          ? std::string(
                "lines must be in order of time; --reorder DURATION puts late ones in order")
          : cat("more than --reorder ", format_duration(options_.reorder), " allows");
  return BadLine{
      "time runs backwards",
      cat("time runs backwards by ", format_duration(newest_ - parsed_.time), ", from ",
          format_timestamp(newest_), " to ", format_timestamp(parsed_.time), ": ", allowed),
      parsed_.time};
}

}  // namespace vitals
