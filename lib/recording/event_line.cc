// SPDX-License-Identifier: Apache-2.0
#include "recording/event_line.h"

#include <array>
#include <bitset>
#include <cmath>
#include <new>

#include "recording/line_source.h"
#include "text/bridge.h"
#include "text/quote.h"
#include "vitals/text_time.h"

namespace vitals {
namespace {

namespace dom = simdjson::dom;
static_assert(line_padding >= simdjson::SIMDJSON_PADDING);

// The keys that mean something somewhere; all others are `other`.
enum class Key : std::uint8_t {
  event,
  time,
  host,
  on_switch,
  in_rack,
  phase,
  to,
  receive_time,
  service,
  status,
  status_mtime,
  metadata,
  other
};
constexpr std::size_t key_count = static_cast<std::size_t>(Key::other);
constexpr std::array<std::string_view, key_count> key_names{
    "event", "time",         "host",    "switch", "rack",         "phase",
    "to",    "receive_time", "service", "status", "status_mtime", "metadata"};

// How errors call the one time that stands deeper.
constexpr std::string_view time_of_metadata = "metadata.timestamp";

constexpr std::string_view name(Key key) { return key_names[static_cast<std::size_t>(key)]; }

// The key if that is what stands there, of a length that the caller has seen to: its comparison is
// a load or two, where one of any length is a call.
template <Key key>
constexpr Key only_if(std::string_view word) {
  constexpr std::string_view expected = name(key);
  return std::char_traits<char>::compare(word.data(), expected.data(), expected.size()) == 0
             ? key
             : Key::other;
}

// Length and a letter leave one candidate each, so that a key costs one comparison.
constexpr Key find_key(std::string_view key) {
  switch (key.size()) {
    case name(Key::to).size():
      return only_if<Key::to>(key);
    case name(Key::time).size():
      if (key[0] == 'h') return only_if<Key::host>(key);
      return key[0] == 't' ? only_if<Key::time>(key) : only_if<Key::in_rack>(key);
    case name(Key::event).size():
      return key[0] == 'e' ? only_if<Key::event>(key) : only_if<Key::phase>(key);
    case name(Key::status).size():
      return key[1] == 't' ? only_if<Key::status>(key) : only_if<Key::on_switch>(key);
    case name(Key::service).size():
      return only_if<Key::service>(key);
    case name(Key::metadata).size():
      return only_if<Key::metadata>(key);
    case name(Key::receive_time).size():
      return key[0] == 'r' ? only_if<Key::receive_time>(key) : only_if<Key::status_mtime>(key);
    default:
      return Key::other;
  }
}

static_assert([] {
  for (std::size_t i = 0; i < key_count; ++i) {
    if (find_key(key_names[i]) != static_cast<Key>(i)) return false;
  }
  return find_key("hosts") == Key::other && find_key("") == Key::other;
}());

BadLine missing(Key key, std::string_view event) {
  return {"missing field", cat("missing '", name(key), "', which every ", event, " has"), {}};
}

BadLine ill_typed(Key key, std::string_view expected) {
  return {"ill-typed field", cat("'", name(key), "' must be ", expected), {}};
}

// The fields of one line, and the reading of each with its type. The first thing that is wrong is
// kept in `bad`; readings after it do nothing that matters.
class Fields {
 public:
  Fields(dom::object object, std::string_view line, ExactTimes& exact_times)
      : line_(line), exact_times_(exact_times) {
    // By iterator: a key_value_pair is copied through memory, which stalls this hot loop.
    const auto end = object.end();
    for (auto field = object.begin(); field != end; ++field) {
      const std::string_view key = field.key();
      const Key known = find_key(key);
      if (known == Key::other) {
        if (other_.empty()) other_ = key;
        continue;
      }
      const auto index = static_cast<std::size_t>(known);
      if (present_[index]) {
        fail({"duplicate key", cat("'", key, "' stands twice, expected each key once"), {}});
      }
      present_[index] = true;
      values_[index] = field.value();
    }
  }

  std::optional<BadLine> bad;

  void fail(BadLine why) {
    if (!bad) bad = std::move(why);
  }
  [[nodiscard]] bool has(Key key) const { return present_[static_cast<std::size_t>(key)]; }
  [[nodiscard]] const dom::element& at(Key key) const {
    return values_[static_cast<std::size_t>(key)];
  }

  // A string that must be there.
  std::string_view text(Key key, std::string_view event) {
    if (!has(key)) {
      fail(missing(key, event));
      return {};
    }
    std::string_view value;
    if (at(key).get(value) != simdjson::SUCCESS) fail(ill_typed(key, "a string"));
    return value;
  }

  // The name of a host, check, switch or rack that must be there.
  std::string_view entity(Key key, std::string_view event) {
    const std::string_view value = text(key, event);
    if (!bad) check_name(key, value);
    return value;
  }

  Timestamp time(Key key, std::string_view event) {
    if (!has(key)) {
      fail(missing(key, event));
      return {};
    }
    return moment(name(key), at(key));
  }

  Timestamp moment(std::string_view key, const dom::element& value) {
    Timestamp moment{};
    // Nearly all are whole numbers in range; what makes words for the others costs more.
    std::int64_t whole = 0;
    const bool is_whole = value.get(whole) == simdjson::SUCCESS;
    if (is_whole && is_accepted(Timestamp{Seconds{whole}})) return Timestamp{Seconds{whole}};
    if (std::optional<BadLine> why = read_moment(key, value, moment)) fail(*std::move(why));
    return moment;
  }

  // The second that the line speaks of, if that much can be read.
  [[nodiscard]] std::optional<Timestamp> second() const {
    const Key key = has(Key::receive_time) ? Key::receive_time : Key::time;
    if (!has(key)) return std::nullopt;
    Timestamp moment{};
    if (read_moment(name(key), at(key), moment)) return std::nullopt;
    return moment;
  }

  // What a `host` event says of its switch or rack.
  Place place(Key key) {
    if (!has(key)) return {};
    if (at(key).is_null()) return {.says = Place::Says::none};
    std::string_view value;
    if (at(key).get(value) != simdjson::SUCCESS) {
      fail(ill_typed(key, "a name, or null for none"));
      return {};
    }
    check_name(key, value);
    return {.says = Place::Says::name, .name = value};
  }

  // Facts with keys that nobody knows are not taken: a misspelt `switch` would leave a host gated
  // by the wrong one. Checks are taken: sources add what they like.
  void only(std::initializer_list<Key> allowed, std::string_view event) {
    std::bitset<key_count> rest = present_;
    for (const Key key : allowed) rest.reset(static_cast<std::size_t>(key));
    if (other_.empty() && rest.none()) return;
    std::string_view unexpected = other_;
    for (std::size_t i = 0; i < key_count && unexpected.empty(); ++i) {
      if (rest[i]) unexpected = key_names[i];
    }
    std::string expected;
    for (const Key key : allowed)
      absl::StrAppend(&expected, expected.empty() ? "" : ", ", to_absl(name(key)));
    fail({"unknown key",
          cat("unknown key ", in_quotes(unexpected), ", ", event, " has: ", expected),
          {}});
  }

 private:
  void check_name(Key key, std::string_view value) {
    if (value.empty()) {
      fail({"empty name", cat("'", name(key), "' is empty, expected a name"), {}});
    } else if (value.size() > longest_name) {
      fail(
          {"name too long",
           cat("'", name(key), "' has ", value.size(), " bytes, a name has at most ", longest_name),
           {}});
    }
  }

  // Reads a moment: a number, floored, or an RFC 3339 string.
  std::optional<BadLine> read_moment(std::string_view key, const dom::element& value,
                                     Timestamp& moment) const {
    std::int64_t whole = 0;
    double fractional = 0;
    std::string_view word;
    if (value.get(whole) == simdjson::SUCCESS) {
      moment = Timestamp{Seconds{whole}};
    } else if (value.is<std::uint64_t>()) {
      moment = distant_future;
    } else if (value.get(fractional) == simdjson::SUCCESS) {
      moment = floored(key, fractional);
    } else if (value.get(word) == simdjson::SUCCESS) {
      const absl::StatusOr<Timestamp> parsed = parse_rfc3339(word);
      if (!parsed.ok()) {
        const bool outside = absl::IsOutOfRange(parsed.status());
        return BadLine{outside ? "time out of range" : "ill-typed field",
                       cat("'", key, "': ", to_std(parsed.status().message())),
                       {}};
      }
      moment = *parsed;
    } else {
      return BadLine{
          "ill-typed field",
          cat("'", key, "' must be a time: a number of Unix seconds or an RFC 3339 string"),
          {}};
    }
    if (is_accepted(moment)) return std::nullopt;
    return BadLine{"time out of range",
                   cat("'", key, "' is outside 1970-01-01T00:00:00Z to 2106-02-07T06:28:15Z"),
                   {}};
  }

  Timestamp floored(std::string_view key, double value) const {
    constexpr double beyond = 1e15;  // far outside, and still convertible
    const double floor = std::floor(std::min(std::max(value, -beyond), beyond));
    if (floor == value) {  // either the line has it so, or it was rounded
      const bool is_metadata = key == time_of_metadata;
      const auto exact = is_metadata ? exact_times_.find(line_, {name(Key::metadata), "timestamp"})
                                     : exact_times_.find(line_, {key});
      if (exact) return *exact;
    }
    return Timestamp{Seconds{static_cast<std::int64_t>(floor)}};
  }

  std::string_view line_;
  ExactTimes& exact_times_;
  std::array<dom::element, key_count> values_;
  std::bitset<key_count> present_;
  std::string_view other_;  // the first key that means nothing anywhere
};

void read_check(Fields& fields, Event& event) {
  constexpr std::string_view what = "check";
  event.type = EventType::check;
  event.report.receive_time = event.time = fields.time(Key::receive_time, what);
  event.host = fields.entity(Key::host, what);
  event.service = fields.entity(Key::service, what);
  event.report.status_mtime = fields.time(Key::status_mtime, what);
  const std::string_view word = fields.text(Key::status, what);
  if (fields.bad) return;
  const std::optional<Status> status = parse_status(word);
  if (!status) {
    return fields.fail(
        {"unknown status",
         cat("unknown status ", in_quotes(word), ", expected OK, WARN, CRIT, NODATA or INFO"),
         {}});
  }
  event.report.status = *status;
  event.report.metadata_timestamp.reset();
  if (!fields.has(Key::metadata) || fields.at(Key::metadata).is_null()) return;
  dom::object metadata;
  if (fields.at(Key::metadata).get(metadata) != simdjson::SUCCESS) {
    return fields.fail(ill_typed(Key::metadata, "an object or null"));
  }
  for (const auto [key, value] : metadata) {
    if (key != "timestamp") continue;
    if (event.report.metadata_timestamp) {
      return fields.fail({"duplicate key", "'metadata.timestamp' stands twice", {}});
    }
    event.report.metadata_timestamp = fields.moment(time_of_metadata, value);
  }
}

void read_manipulation(Fields& fields, Event& event) {
  constexpr std::string_view what = "manipulation";
  fields.only({Key::event, Key::time, Key::host, Key::phase}, what);
  const std::string_view phase = fields.text(Key::phase, what);
  if (fields.bad) return;
  if (phase == "begin") {
    event.type = EventType::manipulation_begin;
  } else if (phase == "end") {
    event.type = EventType::manipulation_end;
  } else {
    fields.fail(
        {"unknown phase", cat("unknown phase ", in_quotes(phase), ", expected begin or end"), {}});
  }
}

// Reads the fields of everything that is not a check.
void read_fact(Fields& fields, std::string_view type, Event& event) {
  event.time = fields.time(Key::time, cat(type, " event"));
  event.host = fields.entity(Key::host, type);
  if (type == "host") {
    event.type = EventType::host;
    fields.only({Key::event, Key::time, Key::host, Key::on_switch, Key::in_rack}, type);
    event.on_switch = fields.place(Key::on_switch);
    event.in_rack = fields.place(Key::in_rack);
  } else if (type == "assign") {
    event.type = EventType::assign;
    fields.only({Key::event, Key::time, Key::host}, type);
  } else if (type == "manipulation") {
    read_manipulation(fields, event);
  } else if (type == "rename") {
    event.type = EventType::rename;
    fields.only({Key::event, Key::time, Key::host, Key::to}, type);
    event.to = fields.entity(Key::to, type);
  } else {
    event.type = EventType::remove;
    fields.only({Key::event, Key::time, Key::host}, type);
  }
}

bool is_fact(std::string_view type) {
  return type == "host" || type == "assign" || type == "manipulation" || type == "rename" ||
         type == "remove";
}

}  // namespace

EventLineParser::EventLineParser() {
  if (parser_.allocate(longest_line, deepest_nesting) != simdjson::SUCCESS) throw std::bad_alloc();
}

std::optional<BadLine> EventLineParser::parse(std::string_view line, Event& event) {
  event = Event{};  // names of the line before are gone
  dom::element root;
  // The bytes behind the line may be read, so the parser need not copy it.
  const simdjson::error_code error = parser_.parse(line.data(), line.size(), false).get(root);
  if (error == simdjson::DEPTH_ERROR) {
    return BadLine{"bad JSON", cat("nested deeper than ", deepest_nesting, " levels"), {}};
  }
  if (error == simdjson::NUMBER_ERROR) {
    return BadLine{"bad number", "a number that no 64 bits hold, or that is none", {}};
  }
  if (error != simdjson::SUCCESS) {
    return BadLine{"bad JSON", cat("no JSON object: ", simdjson::error_message(error)), {}};
  }
  dom::object object;
  if (root.get(object) != simdjson::SUCCESS) {
    return BadLine{"bad JSON", "expected one JSON object a line", {}};
  }
  Fields fields(object, line, exact_times_);
  std::string_view type = "check";
  if (!fields.bad && fields.has(Key::event)) type = fields.text(Key::event, "line");
  if (!fields.bad) {
    if (type == "check") {
      read_check(fields, event);
    } else if (is_fact(type)) {
      read_fact(fields, type, event);
    } else {
      fields.fail({"unknown event",
                   cat("unknown event ", in_quotes(type),
                       ", expected check, host, assign, manipulation, rename or remove"),
                   {}});
    }
  }
  if (!fields.bad) return std::nullopt;
  fields.bad->time = fields.second();
  return std::move(fields.bad);
}

}  // namespace vitals
