// SPDX-License-Identifier: Apache-2.0
#include "recording/event_line.h"

#include <array>
#include <bit>
#include <cstring>
#include <new>

#include "text/bridge.h"
#include "text/quote.h"

namespace vitals {
namespace {

namespace ondemand = simdjson::ondemand;
using simdjson::error_code;

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
  needs,
  other
};
constexpr std::size_t key_count = static_cast<std::size_t>(Key::other);
constexpr std::array<std::string_view, key_count> key_names{
    "event",        "time",    "host",   "switch",       "rack",     "phase", "to",
    "receive_time", "service", "status", "status_mtime", "metadata", "needs"};

constexpr std::string_view name(Key key) { return key_names[static_cast<std::size_t>(key)]; }

constexpr unsigned bit(Key key) { return 1U << static_cast<unsigned>(key); }

constexpr Key find_key(std::string_view key) {
  for (std::size_t i = 0; i < key_count; ++i) {
    if (key_names[i] == key) return static_cast<Key>(i);
  }
  return Key::other;
}

// The key if that is what stands there, up to its closing quote.
template <Key key>
Key only_if(const char* quoted) {
  constexpr std::string_view expected = name(key);
  const bool is_same = std::memcmp(quoted, expected.data(), expected.size()) == 0;
  return is_same && quoted[expected.size()] == '"' ? key : Key::other;
}

// The key behind an opening quote, if it is written without escapes: letters leave one candidate
// each, and none is longer than what may be read behind a line.
Key find_plain_key(const char* quoted) {
  static_assert(line_padding > 16);
  switch (quoted[0]) {
    case 'e':
      return only_if<Key::event>(quoted);
    case 'h':
      return only_if<Key::host>(quoted);
    case 'm':
      return only_if<Key::metadata>(quoted);
    case 'n':
      return only_if<Key::needs>(quoted);
    case 'p':
      return only_if<Key::phase>(quoted);
    case 'r':
      return quoted[1] == 'e' ? only_if<Key::receive_time>(quoted) : only_if<Key::in_rack>(quoted);
    case 's':
      if (quoted[1] == 'e') return only_if<Key::service>(quoted);
      if (quoted[1] == 'w') return only_if<Key::on_switch>(quoted);
      return quoted[6] == '"' ? only_if<Key::status>(quoted) : only_if<Key::status_mtime>(quoted);
    case 't':
      return quoted[1] == 'i' ? only_if<Key::time>(quoted) : only_if<Key::to>(quoted);
    default:
      return Key::other;
  }
}

// The fields of one line, and the reading of each with its type. The first thing that is wrong is
// kept in `bad`; readings after it do nothing that matters.
class Fields {
 public:
  explicit Fields(NeedsOfLine& needs) : needs_(needs) {}

  // Reads all fields of the line. What is no JSON is an error; what is, and is wrong, is in `bad`.
  error_code read(ondemand::object object) {
    for (auto field : object) {
      // By reference all the way: a field copied through memory stalls this hot loop.
      const auto quoted = field.key();
      if (quoted.error() != simdjson::SUCCESS) return quoted.error();
      Key key = find_plain_key(quoted.value_unsafe().raw());
      std::string_view other;
      if (key == Key::other) {
        if (const error_code error = field.unescaped_key().get(other)) return error;
        key = find_key(other);
      }
      if (const error_code error = read_field(key, field.value_unsafe().value())) return error;
      if (key == Key::other && !other_) other_ = other;
    }
    return simdjson::SUCCESS;
  }

  std::optional<BadLine> bad;

  void fail(BadLine why) {
    if (!bad) bad = std::move(why);
  }
  [[nodiscard]] const JsonValue& at(Key key) const {
    return values_[static_cast<std::size_t>(key)];
  }
  [[nodiscard]] bool has(Key key) const { return (present_ & bit(key)) != 0; }

  // A string that must be there.
  std::string_view text(Key key, std::string_view event) {
    if (!has(key)) {
      fail(missing_field(name(key), event));
      return {};
    }
    if (at(key).is(JsonValue::Type::text)) return at(key).text();
    fail(ill_typed(name(key), "a string"));
    return {};
  }

  // The name of a host, check, switch or rack that must be there.
  std::string_view entity(Key key, std::string_view event) {
    const std::string_view value = text(key, event);
    if (!bad) check(key, value);
    return value;
  }

  Timestamp time(Key key, std::string_view event) {
    if (!has(key)) {
      fail(missing_field(name(key), event));
      return {};
    }
    return moment(name(key), at(key));
  }

  Timestamp moment(std::string_view key, const JsonValue& value) {
    // Nearly all are whole numbers in range; what makes words for the others costs more.
    Timestamp moment{};
    if (value.is(JsonValue::Type::whole)) moment = Timestamp{Seconds{value.whole}};
    if (value.is(JsonValue::Type::whole) && is_accepted(moment)) return moment;
    if (std::optional<BadLine> why = read_moment(key, value, moment)) fail(*std::move(why));
    return moment;
  }

  // The second that the line speaks of, if that much can be read.
  [[nodiscard]] std::optional<Timestamp> second() const {
    const Key key = has(Key::receive_time) ? Key::receive_time : Key::time;
    Timestamp moment{};
    if (!has(key) || read_moment(name(key), at(key), moment)) return std::nullopt;
    return moment;
  }

  // The time of a measurement by hw-watcher, where there is one.
  void read_metadata(std::optional<Timestamp>& timestamp) {
    const JsonValue& metadata = at(Key::metadata);
    if (!has(Key::metadata) || metadata.is(JsonValue::Type::null)) return;
    if (!metadata.is(JsonValue::Type::object)) {
      return fail(ill_typed(name(Key::metadata), "an object or null"));
    }
    if (is_measured_twice_) {
      return fail({"duplicate key", "'metadata.timestamp' stands twice", {}});
    }
    if (!is_measured_) return;
    timestamp = moment("metadata.timestamp", measured_);
  }

  // What a `host` event says of its switch or rack.
  Place place(Key key) {
    if (!has(key)) return {};
    if (at(key).is(JsonValue::Type::null)) return {.says = Place::Says::none};
    if (!at(key).is(JsonValue::Type::text)) {
      fail(ill_typed(name(key), "a name, or null for none"));
      return {};
    }
    const std::string_view value = at(key).text();
    check(key, value);
    return {.says = Place::Says::name, .name = value};
  }

  // What a `host` event says of classes.
  StatedNeeds needs() {
    if (!has(Key::needs)) return {};
    if (!at(Key::needs).is(JsonValue::Type::object)) {
      fail(ill_typed(name(Key::needs), "an object of classes, each with a list of names"));
      return {};
    }
    if (needs_.fault) fail(*std::move(needs_.fault));
    if (bad) return {};
    const StatedNeeds stated(needs_.packed);
    if (const std::string fault = fault_of(stated); !fault.empty()) {
      fail({"bad needs", cat("'needs': ", fault), {}});
    }
    return stated;
  }

  // Facts with keys that nobody knows are not taken: a misspelt `switch` would leave a host gated
  // by the wrong one. Checks are taken: sources add what they like.
  void only(std::initializer_list<Key> allowed, std::string_view event) {
    unsigned rest = present_;
    for (const Key key : allowed) rest &= ~bit(key);
    if (rest == 0 && !other_) return;
    const std::string_view unexpected =
        other_ ? *other_ : key_names[static_cast<std::size_t>(std::countr_zero(rest))];
    std::string expected;
    for (const Key key : allowed)
      absl::StrAppend(&expected, expected.empty() ? "" : ", ", to_absl(name(key)));
    fail({"unknown key",
          cat("unknown key ", in_quotes(unexpected), ", ", event, " has: ", expected),
          {}});
  }

 private:
  error_code read_field(Key key, ondemand::value& value) {
    JsonValue ignored;
    if (key == Key::other) return read_json(value, 1, ignored);
    if (key == Key::needs && has(key)) {
      needs_.fault = BadLine{"duplicate key", "'needs' stands twice, expected each key once", {}};
      return read_json(value, 1, ignored);
    }
    if (has(key)) {
      fail({"duplicate key", cat("'", name(key), "' stands twice, expected each key once"), {}});
      return read_json(value, 1, ignored);
    }
    present_ |= bit(key);
    JsonValue& read = values_[static_cast<std::size_t>(key)];
    ondemand::object metadata;
    if (key == Key::metadata && value.get_object().get(metadata) == simdjson::SUCCESS) {
      read.type = JsonValue::Type::object;
      return read_fields(metadata, 1, [&](std::string_view inner, const JsonValue& found) {
        if (inner != "timestamp") return;
        is_measured_twice_ |= is_measured_;
        is_measured_ = true;
        measured_ = found;
      });
    }
    ondemand::object needs;
    if (key == Key::needs && value.get_object().get(needs) == simdjson::SUCCESS) {
      read.type = JsonValue::Type::object;
      return read_needs(needs);
    }
    return read_json(value, 1, read);
  }

  // All classes with their members, packed. What is wrong with them counts only where an event may
  // have needs: a check has what its source likes.
  error_code read_needs(ondemand::object object) {
    needs_.packed.clear();
    needs_.fault.reset();
    std::size_t classes = 0;
    for (auto field : object) {
      std::string_view of_class;
      if (const error_code error = field.unescaped_key().get(of_class)) return error;
      ondemand::value value;
      if (const error_code error = field.value().get(value)) return error;
      if (const error_code error = read_members(of_class, value)) return error;
      if (++classes == most_classes + 1) {
        fault({"bad needs", cat("'needs' has more than ", most_classes, " classes"), {}});
      }
    }
    return simdjson::SUCCESS;
  }

  error_code read_members(std::string_view of_class, ondemand::value& value) {
    if (!is_name(of_class)) fault(bad_name(name(Key::needs), of_class));
    needs_.members.clear();
    ondemand::array array;
    if (value.get_array().get(array) != simdjson::SUCCESS) {
      JsonValue read;
      if (const error_code error = read_json(value, 2, read)) return error;
      if (!read.is(JsonValue::Type::null)) fault_of_type(of_class);
    } else {
      for (auto element : array) {
        ondemand::value inner;
        if (const error_code error = std::move(element).get(inner)) return error;
        JsonValue read;
        if (const error_code error = read_json(inner, 3, read)) return error;
        take_member(of_class, read);
      }
    }
    if (!needs_.fault) append_need(needs_.packed, of_class, needs_.members);
    return simdjson::SUCCESS;
  }

  void take_member(std::string_view of_class, const JsonValue& read) {
    if (!read.is(JsonValue::Type::text)) return fault_of_type(of_class);
    if (!is_name(read.text())) {
      return fault(bad_name(cat("needs.", printable(of_class)), read.text()));
    }
    if (needs_.members.size() == most_members) {
      return fault({"bad needs",
                    cat("'needs': more than ", most_members, " members of ", in_quotes(of_class)),
                    {}});
    }
    needs_.members.push_back(read.text());
  }

  void fault(BadLine why) {
    if (!needs_.fault) needs_.fault = std::move(why);
  }
  void fault_of_type(std::string_view of_class) {
    fault(ill_typed(cat("needs.", printable(of_class)), "a list of names, or null for none"));
  }

  void check(Key key, std::string_view value) {
    if (!is_name(value)) fail(bad_name(name(key), value));
  }

  std::array<JsonValue, key_count> values_;
  unsigned present_ = 0;  // the keys that the line has, as bits
  JsonValue measured_;    // the timestamp in the metadata
  bool is_measured_ = false;
  bool is_measured_twice_ = false;
  std::optional<std::string_view> other_;  // the first key that means nothing anywhere
  NeedsOfLine& needs_;
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
  if (!status) return fields.fail(unknown_status(word));
  event.report.status = *status;
  event.report.metadata_timestamp.reset();
  fields.read_metadata(event.report.metadata_timestamp);
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
    fields.only({Key::event, Key::time, Key::host, Key::on_switch, Key::in_rack, Key::needs}, type);
    event.on_switch = fields.place(Key::on_switch);
    event.in_rack = fields.place(Key::in_rack);
    event.needs = fields.needs();
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
  if (parser_.allocate(longest_line) != simdjson::SUCCESS) throw std::bad_alloc();
}

std::optional<BadLine> EventLineParser::parse(std::string_view line, Event& event) {
  event = Event{};  // names of the line before are gone
  Fields fields(needs_);
  const error_code error =
      read_object(parser_, line, [&](ondemand::object& object) { return fields.read(object); });
  if (error) return no_object(error);
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
