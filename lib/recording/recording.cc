// SPDX-License-Identifier: Apache-2.0
#include "vitals/recording.h"

#include <algorithm>
#include <utility>

#include "recording/recording_file.h"
#include "text/bridge.h"
#include "text/json_text.h"

namespace vitals {

class RecordingReader::Impl {
 public:
  explicit Impl(RecordingOptions reading) : options(std::move(reading)) {}

  void add(LineSource source) {
    files_.push_back(std::make_unique<RecordingFile>(std::move(source), options, skipped));
  }

  const Event* next() {
    if (!status.ok()) return nullptr;
    if (!started_) {
      for (const auto& file : files_) file->advance();
      started_ = true;
    } else if (current_ != nullptr) {
      current_->advance();
    }
    current_ = nullptr;
    for (const auto& file : files_) {
      if (file->state() == RecordingFile::State::end) continue;
      if (current_ == nullptr || file->place() < current_->place()) current_ = file.get();
    }
    if (current_ == nullptr) return nullptr;
    if (current_->state() == RecordingFile::State::event) return &current_->event();
    status = current_->error();
    error_time = current_->place();
    return nullptr;
  }

  [[nodiscard]] std::string position() const {
    if (current_ == nullptr) return {};
    return cat(current_->source().name(), ":", current_->line_number());
  }

  [[nodiscard]] RecordingProgress progress() const {
    RecordingProgress sum;
    bool known = true;
    for (const auto& file : files_) {
      sum.bytes_read += file->source().bytes_read();
      sum.bytes_total += file->source().bytes_total();
      known = known && file->source().bytes_total() > 0;
    }
    if (!known) sum.bytes_total = 0;
    return sum;
  }

  RecordingOptions options;
  SkippedLines skipped;
  absl::Status status;
  Timestamp error_time = distant_future;

 private:
  std::vector<std::unique_ptr<RecordingFile>> files_;
  RecordingFile* current_ = nullptr;
  bool started_ = false;
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
const absl::Status& RecordingReader::status() const { return impl_->status; }
Timestamp RecordingReader::error_time() const { return impl_->error_time; }
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
