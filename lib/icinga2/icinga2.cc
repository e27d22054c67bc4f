// SPDX-License-Identifier: Apache-2.0
#include "vitals/icinga2.h"

#include <simdjson.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <new>
#include <utility>

#include "recording/line_source.h"
#include "text/bridge.h"
#include "vitals/text_time.h"

namespace vitals {
namespace {

namespace dom = simdjson::dom;

// A plugin's state. Results of host checks have the same four here, before Icinga makes UP and DOWN
// of them.
constexpr std::array<Status, 4> status_of_state{Status::ok, Status::warn, Status::crit,
                                                Status::nodata};

constexpr auto latest_second = static_cast<double>(latest_accepted.time_since_epoch().count());

// Floored, and held within the moments that a recording may state.
Timestamp held_moment(double seconds) {
  const double held = std::floor(std::clamp(seconds, 0.0, latest_second));
  return Timestamp{Seconds{static_cast<std::int64_t>(held)}};
}

// One JSON object and the way to it, `event.` or so. The first thing that is wrong with any object
// of the line is kept in `wrong`; readings after it do nothing that matters.
class Fields {
 public:
  // None: there is no such object, and `wrong` says so.
  Fields(std::optional<dom::object> object, std::string path, absl::Status& wrong)
      : object_(object), path_(std::move(path)), wrong_(wrong) {}

  [[nodiscard]] bool has(std::string_view key) const {
    dom::element value;
    return find(key, value) == simdjson::SUCCESS && !value.is_null();
  }
  [[nodiscard]] bool is(std::string_view key, std::string_view text) const {
    std::string_view value;
    return find(key, value) == simdjson::SUCCESS && value == text;
  }

  std::string_view text(std::string_view key) { return get<std::string_view>(key, "a string"); }
  bool flag(std::string_view key) { return get<bool>(key, "true or false"); }
  double number(std::string_view key) { return get<double>(key, "a number"); }
  Fields object(std::string_view key) {
    dom::object value;
    const bool there = get(key, "an object", value);
    return {there ? std::optional(value) : std::nullopt, cat(path_, key, "."), wrong_};
  }

  // The name of a host or a check.
  std::string_view entity(std::string_view key) {
    const std::string_view value = text(key);
    if (wrong_.ok() && (value.empty() || value.size() > longest_name)) {
      wrong_ = invalid("'", path_, key, "' has ", value.size(), " bytes, a name has 1 to ",
                       longest_name);
    }
    return value;
  }

  // A state as an index; some versions of Icinga write it as 2.0.
  std::size_t state(std::string_view key) {
    const double value = number(key);
    for (std::size_t state = 0; state < status_of_state.size(); ++state) {
      if (value == static_cast<double>(state)) return state;
    }
    if (wrong_.ok()) wrong_ = invalid("'", path_, key, "' is ", value, ", expected 0, 1, 2 or 3");
    return 0;
  }

 private:
  template <class Value>
  simdjson::error_code find(std::string_view key, Value& value) const {
    return object_ ? object_->at_key(key).get(value) : simdjson::NO_SUCH_FIELD;
  }

  template <class Value>
  bool get(std::string_view key, std::string_view expected, Value& value) {
    const simdjson::error_code error = find(key, value);
    if (error == simdjson::SUCCESS) return true;
    if (wrong_.ok()) {
      wrong_ = error == simdjson::NO_SUCH_FIELD
                   ? invalid("missing '", path_, key, "', expected ", expected)
                   : invalid("'", path_, key, "' must be ", expected);
    }
    return false;
  }
  template <class Value>
  Value get(std::string_view key, std::string_view expected) {
    Value value{};
    get(key, expected, value);
    return value;
  }

  std::optional<dom::object> object_;
  std::string path_;
  absl::Status& wrong_;
};

// What a check result says, as far as it concerns us.
struct Result {
  std::size_t state = 0;
  std::optional<std::size_t> state_before{};  // none: the first result of its object
  Status status = Status::ok;
  bool submitted = false;     // to Icinga, instead of run by it
  double schedule_end = 0;    // when Icinga had it, by its own clock: tells results apart
  Timestamp execution_end{};  // when it was measured, by the clock of whoever measured
};

Result read_result(Fields fields) {
  Result result;
  result.state = fields.state("state");
  if (fields.has("vars_before")) result.state_before = fields.object("vars_before").state("state");
  result.submitted = !fields.flag("active");
  result.schedule_end = fields.number("schedule_end");
  result.execution_end = held_moment(fields.number("execution_end"));
  // Nobody submitted in time; which state Icinga gives such a result is a setting of the service.
  const bool silence = !result.submitted && fields.is("command", "passive");
  result.status = silence ? Status::nodata : status_of_state[result.state];
  return result;
}

// What is known of one check of an object.
struct CheckState {
  Status status = Status::ok;
  Timestamp status_mtime{};
  double schedule_end = 0;
};

// Since when the status lasts: since this very result, unless both we and Icinga saw the same
// before. A result older than the change that it confirms tells that the clock of that change was
// ahead.
Timestamp since_when(const Result& result, const CheckState* before) {
  const bool lasts =
      before != nullptr && before->status == result.status && result.state_before == result.state;
  return lasts ? std::min(before->status_mtime, result.execution_end) : result.execution_end;
}

enum class Life : std::uint8_t { unseen, living, deleted };

// An Icinga host object: one of our hosts, a switch, a rack, or nothing to us.
struct Object {
  const Icinga2Class* what = nullptr;
  bool is_host = false;
  Life life = Life::unseen;        // of hosts
  StringMap<CheckState> checks{};  // by service; "" is the object's own check
};

// What a check is called in the recording.
struct CheckName {
  std::string_view name;
  bool measured_at_execution_end = false;
};

bool matches_any(const std::vector<std::string>& patterns, std::string_view name) {
  return std::any_of(patterns.begin(), patterns.end(),
                     [&](const std::string& pattern) { return matches_pattern(pattern, name); });
}

}  // namespace

class Icinga2Reader::Impl {
 public:
  explicit Impl(Icinga2Map map) : map_(std::move(map)) {
    if (parser_.allocate(longest_line, deepest_nesting) != simdjson::SUCCESS) {
      throw std::bad_alloc();
    }
    for (const auto& [from, to] : map_.renames) old_name_.emplace(to, from);
  }

  void add(LineSource source) { sources_.push_back(std::move(source)); }

  const Event* next() {
    while (taken_ == pending_.size()) {
      pending_.clear();
      taken_ = 0;
      if (!status.ok() || !read_line()) return nullptr;
    }
    return &pending_[taken_++];
  }

  Icinga2Counters counters;
  absl::Status status;

 private:
  // Takes one line, which may make events pending; false at the end and at an error.
  bool read_line() {
    while (source_ < sources_.size()) {
      LineSource& source = sources_[source_];
      const LineSource::Next next = source.next();
      if (next == LineSource::Next::end) {
        ++source_;
        continue;
      }
      const absl::Status taken = take(next, source);
      if (taken.ok()) return true;
      status = invalid(source.position(), ": ", to_std(taken.message()));
      return false;
    }
    return false;
  }

  absl::Status take(LineSource::Next next, const LineSource& source) {
    if (next == LineSource::Next::error) return source.status();
    if (next == LineSource::Next::too_long) {
      return invalid("a line has at most ", longest_line, " bytes");
    }
    const std::string_view line = source.line();
    if (line.find_first_not_of(" \t\r") == std::string_view::npos) return absl::OkStatus();
    ++counters.lines;
    dom::element whole;
    // The bytes behind the line may be read, so the parser need not copy it.
    const simdjson::error_code error = parser_.parse(line.data(), line.size(), false).get(whole);
    if (error != simdjson::SUCCESS) {
      return invalid(source.line_is_terminated() ? "" : "the last line is truncated: ",
                     "no JSON object: ", simdjson::error_message(error));
    }
    dom::object root;
    if (whole.get(root) != simdjson::SUCCESS) return invalid("expected one JSON object a line");
    absl::Status wrong;
    take_event(Fields(root, "", wrong), wrong);
    return wrong;
  }

  void take_event(Fields line, absl::Status& wrong) {
    const bool enveloped = line.has("event");
    Fields event = enveloped ? line.object("event") : line;
    const double moment = enveloped ? line.number("receive_time") : line.number("timestamp");
    const std::string_view type = event.text("type");
    if (wrong.ok()) wrong = set_time(moment);
    if (!wrong.ok()) return;
    if (type == "CheckResult" || type == "StateChange") {
      take_result(event, type == "StateChange", wrong);
    } else if ((type == "ObjectCreated" || type == "ObjectDeleted") &&
               event.is("object_type", "Host")) {
      const std::string_view name = event.entity("object_name");
      if (wrong.ok()) take_object(name, type == "ObjectCreated");
    } else {
      ++counters.ignored[std::string(type)];
    }
  }

  absl::Status set_time(double moment) {
    if (!(moment >= 0 && moment < latest_second + 1)) {
      return invalid("its time is outside 1970-01-01T00:00:00Z to 2106-02-07T06:28:15Z");
    }
    if (moment <= latest_ - 1) {
      return invalid("time runs backwards, from ", format_timestamp(held_moment(latest_)), " to ",
                     format_timestamp(held_moment(moment)), ": lines must be in order of time");
    }
    latest_ = std::max(latest_, moment);
    now_ = held_moment(latest_);
    return absl::OkStatus();
  }

  void take_result(Fields& event, bool is_state_change, absl::Status& wrong) {
    const std::string_view host = event.entity("host");
    const std::string_view service = event.has("service") ? event.entity("service") : "";
    const Result result = read_result(event.object("check_result"));
    if (!wrong.ok()) return;
    Object& object = object_named(host);
    const std::optional<CheckName> check = check_of(object, service);
    if (!check) {
      ++counters.unmapped;
    } else if (object.life == Life::deleted) {
      ++counters.deleted;
    } else {
      const auto known = object.checks.find(service);
      const CheckState* before = known == object.checks.end() ? nullptr : &known->second;
      if (is_state_change && before != nullptr && before->schedule_end == result.schedule_end) {
        ++counters.repeated;
        return;
      }
      const Timestamp since = since_when(result, before);
      object.checks[service] = {result.status, since, result.schedule_end};
      if (object.is_host && object.life == Life::unseen) appear(host, false);
      push_check(host, *check, result, since);
    }
  }

  void push_check(std::string_view host, const CheckName& check, const Result& result,
                  Timestamp since) {
    ++counters.checks;
    Event& event = push(EventType::check, host);
    event.service = check.name;
    event.report = {.status = result.status, .status_mtime = since, .receive_time = now_};
    const bool measured = check.measured_at_execution_end && result.submitted;
    if (measured) event.report.metadata_timestamp = result.execution_end;
  }

  void take_object(std::string_view name, bool created) {
    const Object& object = object_named(name);
    if (!object.is_host) return;
    const bool living = object.life == Life::living;
    if (created) {
      if (!living) appear(name, true);
    } else {
      if (living) disappear(name);
      object_named(name).life = Life::deleted;
    }
  }

  // A host that is new to us: renamed, created, or there before we looked.
  void appear(std::string_view name, bool created) {
    if (const auto old = old_name_.find(name); old != old_name_.end()) {
      if (object_named(old->second).life == Life::living) return rename(old->second, name);
    }
    declare(name);
    if (!created) return;
    ++counters.assigned;
    push(EventType::assign, name);
  }

  void disappear(std::string_view name) {
    const auto to = map_.renames.find(name);
    if (to != map_.renames.end() && object_named(to->second).life != Life::living) {
      return rename(name, to->second);
    }
    ++counters.removed;
    push(EventType::remove, name);
    object_named(name).checks.clear();
  }

  void rename(std::string_view from, std::string_view to) {
    ++counters.renamed;
    push(EventType::rename, from).to = to;
    Object& old = object_named(from);
    old.life = Life::deleted;
    old.checks.clear();
    declare(to);
  }

  // States where the host is.
  void declare(std::string_view name) {
    ++counters.hosts;
    object_named(name).life = Life::living;
    Event& event = push(EventType::host, name);
    const auto place =
        std::find_if(map_.topology.begin(), map_.topology.end(),
                     [&](const Icinga2Topology& entry) { return matches_any(entry.hosts, name); });
    if (place != map_.topology.end()) {
      event.on_switch = place->on_switch.view();
      event.in_rack = place->in_rack.view();
    }
    const bool unstated =
        event.on_switch.says == Place::Says::nothing || event.in_rack.says == Place::Says::nothing;
    if (unstated) ++counters.hosts_without_place;
  }

  Event& push(EventType type, std::string_view host) {
    Event& event = pending_.emplace_back();
    event.type = type;
    event.time = now_;
    event.host = host;
    return event;
  }

  // Valid until another object is asked for.
  Object& object_named(std::string_view name) {
    if (const auto known = objects_.find(name); known != objects_.end()) return known->second;
    Object& object = objects_[std::string(name)];
    object.what = class_of(map_, name);
    object.is_host = object.what == &map_.hosts;
    return object;
  }

  // What the map makes of a check of the object; the object's own one has no service.
  static std::optional<CheckName> check_of(const Object& object, std::string_view service) {
    if (object.what == nullptr) return std::nullopt;
    const Icinga2Check* check = nullptr;
    if (service.empty()) {
      if (object.what->host_check) check = &*object.what->host_check;
    } else if (!object.what->services) {
      return CheckName{service};
    } else if (const auto found = object.what->services->find(service);
               found != object.what->services->end()) {
      check = &found->second;
    }
    if (check == nullptr) return std::nullopt;
    return CheckName{check->name, check->measured_at_execution_end};
  }

  const Icinga2Map map_;
  StringMap<std::string> old_name_;  // of a host that was renamed, by its new name
  std::vector<LineSource> sources_;
  std::size_t source_ = 0;
  simdjson::dom::parser parser_;
  StringMap<Object> objects_;
  double latest_ = 0;  // the latest time of a line
  Timestamp now_{};
  std::vector<Event> pending_;  // what the line made; its names live until the next one is parsed
  std::size_t taken_ = 0;       // how many of them next() returned
};

absl::StatusOr<Icinga2Reader> Icinga2Reader::open(const std::vector<std::string>& paths,
                                                  Icinga2Map map,
                                                  const std::function<void()>& before_read) {
  if (paths.empty()) return invalid("no event stream named, expected at least one file or -");
  if (std::count(paths.begin(), paths.end(), "-") > 1) {
    return invalid("-: standard input can be read once only");
  }
  auto impl = std::make_unique<Impl>(std::move(map));
  for (const std::string& path : paths) {
    absl::StatusOr<LineSource> source = LineSource::open(path);
    if (!source.ok()) return source.status();
    source->set_before_read(before_read);
    impl->add(*std::move(source));
  }
  return Icinga2Reader(std::move(impl));
}

Icinga2Reader Icinga2Reader::from_text(std::string_view text, std::string source, Icinga2Map map) {
  auto impl = std::make_unique<Impl>(std::move(map));
  impl->add(LineSource::from_text(text, std::move(source)));
  return Icinga2Reader(std::move(impl));
}

Icinga2Reader::Icinga2Reader(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Icinga2Reader::Icinga2Reader(Icinga2Reader&&) noexcept = default;
Icinga2Reader& Icinga2Reader::operator=(Icinga2Reader&&) noexcept = default;
Icinga2Reader::~Icinga2Reader() = default;

const Event* Icinga2Reader::next() { return impl_->next(); }
const absl::Status& Icinga2Reader::status() const { return impl_->status; }
const Icinga2Counters& Icinga2Reader::counters() const { return impl_->counters; }

}  // namespace vitals
