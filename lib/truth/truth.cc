// SPDX-License-Identifier: Apache-2.0
#include "vitals/truth.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <new>
#include <optional>
#include <utility>

#include "recording/json_line.h"
#include "recording/line_source.h"
#include "text/bridge.h"
#include "text/json_text.h"
#include "text/quote.h"
#include "vitals/text_time.h"

namespace vitals {
namespace {

namespace ondemand = simdjson::ondemand;
using std::chrono::floor;
using std::chrono::milliseconds;

constexpr std::array<std::string_view, 4> key_names{"time", "host", "check", "status"};
enum Key : std::uint8_t { time_key, host_key, check_key, status_key };
constexpr std::string_view what = "change of truth";

// The thousandths behind the point of a moment; `digits` begins with the point.
milliseconds thousandths(std::string_view digits) {
  milliseconds fraction{0};
  int unit = 100;
  for (std::size_t i = 1; i < digits.size() && digits[i] >= '0' && digits[i] <= '9'; ++i) {
    fraction += milliseconds{unit * (digits[i] - '0')};
    unit /= 10;
  }
  return fraction;
}

// What a moment that was read as a second has beyond it.
milliseconds beyond_the_second(const JsonValue& value) {
  if (value.is(JsonValue::Type::whole)) return {};
  const std::string_view text = value.text();
  const bool is_exponential =
      value.is(JsonValue::Type::number) && text.find_first_of("eE") != std::string_view::npos;
  if (is_exponential) {
    double seconds = 0;
    std::from_chars(text.data(), text.data() + text.size(), seconds);
    return milliseconds{static_cast<std::int64_t>((seconds - std::floor(seconds)) * 1000)};
  }
  return thousandths(text.substr(std::min(text.find('.'), text.size())));
}

// The four values of one line, each once, and nothing else.
class Fields {
 public:
  simdjson::error_code read(ondemand::object object) {
    return read_fields(object, 0, [&](std::string_view key, const JsonValue& value) {
      const auto known = std::find(key_names.begin(), key_names.end(), key);
      if (known == key_names.end()) {
        return fail(
            {"unknown key",
             cat("unknown key ", in_quotes(key), ", a ", what, " has: time, host, check, status"),
             {}});
      }
      std::optional<JsonValue>& place =
          values_[static_cast<std::size_t>(known - key_names.begin())];
      if (place) {
        return fail({"duplicate key", cat("'", key, "' stands twice, expected each key once"), {}});
      }
      place = value;
    });
  }

  std::optional<BadLine> bad;

  TruthChange change() {
    TruthChange change;
    change.time = moment();
    change.host = entity(host_key);
    change.check = entity(check_key);
    const std::string_view word = text(status_key);
    const std::optional<Status> status = parse_status(word);
    if (!status) fail(unknown_status(word));
    change.status = status.value_or(Status::ok);
    return change;
  }

 private:
  void fail(BadLine why) {
    if (!bad) bad = std::move(why);
  }

  TruthTime moment() {
    const std::optional<JsonValue>& value = values_[time_key];
    if (!value) {
      fail(missing_field(key_names[time_key], what));
      return {};
    }
    Timestamp second{};
    if (std::optional<BadLine> why = read_moment(key_names[time_key], *value, second)) {
      fail(*std::move(why));
      return {};
    }
    return second + beyond_the_second(*value);
  }

  std::string_view text(Key key) {
    const std::optional<JsonValue>& value = values_[key];
    if (value && value->is(JsonValue::Type::text)) return value->text();
    fail(value ? ill_typed(key_names[key], "a string") : missing_field(key_names[key], what));
    return {};
  }

  std::string_view entity(Key key) {
    const std::string_view name = text(key);
    if (!is_name(name)) fail(bad_name(key_names[key], name));
    return name;
  }

  std::array<std::optional<JsonValue>, key_names.size()> values_;
};

}  // namespace

void append_truth(std::string& out, const TruthChange& change) {
  const auto second = floor<std::chrono::seconds>(change.time);
  const auto fraction = static_cast<int>((change.time - second).count());
  out += "{\"time\":";
  append_json_time(out, second);
  if (fraction != 0) {
    const std::array<char, 4> digits{'.', static_cast<char>('0' + fraction / 100),
                                     static_cast<char>('0' + fraction / 10 % 10),
                                     static_cast<char>('0' + fraction % 10)};
    const std::string_view decimals(digits.data(), digits.size());
    out += decimals.substr(0, decimals.find_last_not_of('0') + 1);
  }
  out += ",\"host\":";
  append_json_string(out, change.host);
  out += ",\"check\":";
  append_json_string(out, change.check);
  out += ",\"status\":\"";
  out += name(change.status);
  out += "\"}\n";
}

class TruthReader::Impl {
 public:
  explicit Impl(LineSource source) : source_(std::move(source)) {
    if (parser_.allocate(longest_line) != simdjson::SUCCESS) throw std::bad_alloc();
  }

  const TruthChange* next() {
    while (status_.ok()) {
      const LineSource::Next next = source_.next();
      if (next == LineSource::Next::end) return nullptr;
      const std::optional<BadLine> bad = take_line(next);
      if (!bad) return &change_;
      if (!bad->cause.empty()) status_ = invalid(source_.position(), ": ", bad->message);
    }
    return nullptr;
  }

  [[nodiscard]] const absl::Status& status() const { return status_; }
  [[nodiscard]] std::string position() const { return source_.position(); }

 private:
  // A blank line is bad without a cause.
  std::optional<BadLine> take_line(LineSource::Next next) {
    if (std::optional<BadLine> bad = unreadable(source_, next)) return bad;
    const TruthTime before = change_.time;
    std::optional<BadLine> bad = parse();
    if (bad) {
      blame_truncation(source_, *bad);
      return bad;
    }
    if (change_.time >= before) return std::nullopt;
    return BadLine{"time runs backwards",
                   cat("time runs backwards by ", (before - change_.time).count(), " ms, to ",
                       format_timestamp(floor<std::chrono::seconds>(change_.time)),
                       ": lines must be in order of time"),
                   {}};
  }

  std::optional<BadLine> parse() {
    Fields fields;
    const simdjson::error_code error = read_object(
        parser_, source_.line(), [&](ondemand::object& object) { return fields.read(object); });
    if (error) return no_object(error);
    if (!fields.bad) change_ = fields.change();
    return std::move(fields.bad);
  }

  LineSource source_;
  ondemand::parser parser_;
  TruthChange change_;
  absl::Status status_;
};

absl::StatusOr<TruthReader> TruthReader::open(const std::string& path) {
  absl::StatusOr<LineSource> source = LineSource::open(path);
  if (!source.ok()) return source.status();
  return TruthReader(std::make_unique<Impl>(*std::move(source)));
}

TruthReader TruthReader::from_text(std::string_view text, std::string source) {
  return TruthReader(std::make_unique<Impl>(LineSource::from_text(text, std::move(source))));
}

TruthReader::TruthReader(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
TruthReader::TruthReader(TruthReader&&) noexcept = default;
TruthReader& TruthReader::operator=(TruthReader&&) noexcept = default;
TruthReader::~TruthReader() = default;

const TruthChange* TruthReader::next() { return impl_->next(); }
const absl::Status& TruthReader::status() const { return impl_->status(); }
std::string TruthReader::position() const { return impl_->position(); }

}  // namespace vitals
