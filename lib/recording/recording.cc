// SPDX-License-Identifier: Apache-2.0
#include "vitals/recording.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "recording/merged_files.h"
#include "recording/read_ahead.h"
#include "recording/recording_file.h"
#include "text/bridge.h"
#include "text/json_text.h"

namespace vitals {

// Events come from the files one by one, or in batches from a thread that reads ahead.
class RecordingReader::Impl {
 public:
  explicit Impl(RecordingOptions options) : files_(std::move(options)) {}

  void add(LineSource source) { files_.add(std::move(source)); }

  const Event* next() {
    if (!started_) start();
    if (ahead_) return next_of_batch();
    const Event* event = files_.next();
    if (!files_.skipped().empty()) count(std::exchange(files_.skipped(), {}));
    return event;
  }

  [[nodiscard]] std::string position() const {
    if (!started_) return {};
    const LinePlace place = batch_ == nullptr ? files_.place() : place_;
    return cat(files_.name(place.file), ":", place.number);
  }

  [[nodiscard]] const absl::Status& status() const {
    if (batch_ == nullptr) return files_.status();
    return is_over_ ? batch_->status : ok_;
  }
  [[nodiscard]] Timestamp error_time() const {
    if (batch_ == nullptr) return files_.error_time();
    return is_over_ ? batch_->error_time : distant_future;
  }
  [[nodiscard]] RecordingProgress progress() const {
    return batch_ == nullptr ? files_.progress() : batch_->progress;
  }

  SkippedLines skipped;

 private:
  void start() {
    started_ = true;
    // Only files end for sure: whoever waits for a pipe could not be stopped.
    const bool is_of_files = files_.progress().bytes_total > 0;
    if (files_.options().read_ahead && is_of_files) return take_batch();
    files_.call_before_reads();
  }

  void take_batch() {
    if (!ahead_) ahead_.emplace(files_);
    batch_ = &ahead_->take();
    at_ = 0;
    count(std::exchange(batch_->skipped, {}));
  }

  const Event* next_of_batch() {
    while (at_ == batch_->events.size()) {
      is_over_ = batch_->is_last;
      if (is_over_) return nullptr;
      take_batch();
    }
    place_ = batch_->places[at_];
    return &batch_->events[at_++];
  }

  void count(const SkippedLines& more) {
    for (const auto& [cause, lines] : more) skipped[cause] += lines;
  }

  MergedFiles files_;
  bool started_ = false;
  EventBatch* batch_ = nullptr;
  std::size_t at_ = 0;    // of the next event of the batch
  bool is_over_ = false;  // next() told that there are no more events
  absl::Status ok_;
  LinePlace place_;
  std::optional<ReadAhead> ahead_;  // last: its thread reads the files
};

absl::StatusOr<RecordingReader> RecordingReader::open(const std::vector<std::string>& paths,
                                                      RecordingOptions options) {
  if (paths.empty()) return invalid("no recording named, expected at least one file or -");
  if (std::count(paths.begin(), paths.end(), "-") > 1) {
    return invalid("-: standard input can be read once only");
  }
  auto impl = std::make_unique<Impl>(std::move(options));
  for (const std::string& path : paths) {
    absl::StatusOr<LineSource> source = LineSource::open(path);
    if (!source.ok()) return source.status();
    impl->add(*std::move(source));
  }
  return RecordingReader(std::move(impl));
}

RecordingReader RecordingReader::from_text(std::string_view text, std::string source,
                                           RecordingOptions options) {
  auto impl = std::make_unique<Impl>(std::move(options));
  impl->add(LineSource::from_text(text, std::move(source)));
  return RecordingReader(std::move(impl));
}

RecordingReader::RecordingReader(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
RecordingReader::RecordingReader(RecordingReader&&) noexcept = default;
RecordingReader& RecordingReader::operator=(RecordingReader&&) noexcept = default;
RecordingReader::~RecordingReader() = default;

const Event* RecordingReader::next() { return impl_->next(); }
const absl::Status& RecordingReader::status() const { return impl_->status(); }
Timestamp RecordingReader::error_time() const { return impl_->error_time(); }
std::string RecordingReader::position() const { return impl_->position(); }
void RecordingReader::skip(std::string_view cause) { ++impl_->skipped[std::string(cause)]; }
const std::map<std::string, std::uint64_t, std::less<>>& RecordingReader::skipped() const {
  return impl_->skipped;
}
RecordingProgress RecordingReader::progress() const { return impl_->progress(); }

namespace {

class EventWriter {
 public:
  EventWriter(std::string& out, std::string_view type) : out_(out) {
    out_ += "{\"event\":\"";
    out_ += type;
    out_ += '"';
  }
  EventWriter& text(std::string_view key, std::string_view value) {
    add_key(key);
    append_json_string(out_, value);
    return *this;
  }
  EventWriter& time(std::string_view key, Timestamp value) {
    add_key(key);
    append_json_time(out_, value);
    return *this;
  }
  EventWriter& place(std::string_view key, const Place& place) {
    if (place.says == Place::Says::nothing) return *this;
    if (place.says == Place::Says::name) return text(key, place.name);
    add_key(key);
    out_ += "null";
    return *this;
  }
  EventWriter& needs(const StatedNeeds& needs) {
    if (needs.empty()) return *this;
    add_key("needs");
    char before = '{';
    needs.for_each([&](std::string_view of_class, const NameList& members) {
      out_ += std::exchange(before, ',');
      append_json_string(out_, of_class);
      out_ += ":[";
      bool is_first = true;
      members.for_each([&](std::string_view member) {
        if (!std::exchange(is_first, false)) out_ += ',';
        append_json_string(out_, member);
      });
      out_ += ']';
    });
    out_ += '}';
    return *this;
  }
  EventWriter& metadata(std::optional<Timestamp> timestamp) {
    if (!timestamp) return *this;
    out_ += ",\"metadata\":{\"timestamp\":";
    append_json_time(out_, timestamp);
    out_ += '}';
    return *this;
  }
  void end() { out_ += "}\n"; }

 private:
  void add_key(std::string_view key) {
    out_ += ",\"";
    out_ += key;
    out_ += "\":";
  }
  std::string& out_;
};

void append_manipulation(std::string& out, const Event& event, std::string_view phase) {
  EventWriter(out, "manipulation")
      .time("time", event.time)
      .text("host", event.host)
      .text("phase", phase)
      .end();
}

}  // namespace

void append_event(std::string& out, const Event& event) {
  switch (event.type) {
    case EventType::check:
      return EventWriter(out, "check")
          .time("receive_time", event.report.receive_time)
          .text("host", event.host)
          .text("service", event.service)
          .text("status", name(event.report.status))
          .time("status_mtime", event.report.status_mtime)
          .metadata(event.report.metadata_timestamp)
          .end();
    case EventType::host:
      return EventWriter(out, "host")
          .time("time", event.time)
          .text("host", event.host)
          .place("switch", event.on_switch)
          .place("rack", event.in_rack)
          .needs(event.needs)
          .end();
    case EventType::assign:
      return EventWriter(out, "assign").time("time", event.time).text("host", event.host).end();
    case EventType::manipulation_begin:
      return append_manipulation(out, event, "begin");
    case EventType::manipulation_end:
      return append_manipulation(out, event, "end");
    case EventType::rename:
      return EventWriter(out, "rename")
          .time("time", event.time)
          .text("host", event.host)
          .text("to", event.to)
          .end();
    case EventType::remove:
      return EventWriter(out, "remove").time("time", event.time).text("host", event.host).end();
  }
}

}  // namespace vitals
