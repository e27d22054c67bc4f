// SPDX-License-Identifier: Apache-2.0
#include "policy/policy_schema.h"

#include <array>

#include "absl/status/statusor.h"
#include "text/bridge.h"
#include "text/quote.h"
#include "vitals/text_time.h"

namespace vitals {
namespace {

// How a type of value is written. Each has the type, what errors expect, and reads and writes it.

struct Length {
  static constexpr std::string_view expected = "a duration such as 90s, 5m, 3h, 1h30m";
  static absl::StatusOr<Seconds> read(const YamlNode& scalar) {
    return parse_duration(scalar.text);
  }
  static std::string write(Seconds length) { return format_duration(length); }
};

struct PerhapsLength : Length {
  static std::string write(const std::optional<Seconds>& length) {
    return length ? format_duration(*length) : std::string();
  }
};

struct Period : Length {
  static absl::StatusOr<Seconds> read(const YamlNode& scalar) {
    auto length = parse_duration(scalar.text);
    if (!length.ok() || *length > Seconds::zero()) return length;
    return invalid(in_quotes(scalar.text), " is no period, expected 1s or more");
  }
};

constexpr std::string_view expected_count = "a whole number from 1 to 1000";
constexpr std::string_view expected_settling = "clock or receipt";
constexpr std::string_view expected_unstated = "unknown or none";
constexpr std::string_view expected_kind = "active, passive, hw_watcher, netmon or rack";
constexpr std::string_view expected_quorum = "all or any";
using Count = YamlNumber<std::int64_t, 1, 1000, expected_count>;
using SettlingWord = YamlWord<Settling, settling_names, expected_settling>;
using UnstatedWord = YamlWord<Unstated, unstated_names, expected_unstated>;
using QuorumWord = YamlWord<Quorum, quorum_names, expected_quorum>;
using KindWord = YamlWord<Kind, kind_names, expected_kind>;

// The field at owner.member, or at owner.member.member, read and written as Format says.
template <class Format, class Owner, auto... member>
constexpr Field<Owner> field(std::string_view path, Origin origin) {
  return {.path = path,
          .origin = origin,
          .expected = Format::expected,
          .read = [](const YamlNode& scalar, Owner& to) -> absl::Status {
            const auto value = Format::read(scalar);
            if (!value.ok()) return value.status();
            (to.*....*member) = *value;
            return absl::OkStatus();
          },
          .write = [](const Owner& from) { return Format::write((from.*....*member)); }};
}

template <class Format, auto... member>
constexpr Field<Policy> constant(std::string_view path, Origin origin) {
  return field<Format, Policy, member...>(path, origin);
}

using P = Policy;
using enum Origin;

constexpr std::array policy_table{
    constant<Period, &P::juggler, &P::Juggler::push_period>("juggler.push_period", given),
    constant<Length, &P::juggler, &P::Juggler::propagation>("juggler.propagation", chosen),
    constant<Length, &P::juggler, &P::Juggler::overhead>("juggler.overhead", derived),
    constant<Length, &P::juggler, &P::Juggler::active_ttl>("juggler.active_ttl", given),
    constant<Count, &P::juggler, &P::Juggler::passive_ttl_periods>("juggler.passive_ttl_periods",
                                                                   given),
    constant<Length, &P::hw_watcher, &P::HwWatcher::period>("hw_watcher.period", given),
    constant<Length, &P::hw_watcher, &P::HwWatcher::latency>("hw_watcher.latency", derived),
    constant<Length, &P::netmon, &P::Netmon::fetch_period>("netmon.fetch_period", chosen),
    constant<Length, &P::netmon, &P::Netmon::window>("netmon.window", chosen),
    constant<Length, &P::pongerd, &P::Pongerd::flap_delay>("pongerd.flap_delay", chosen),
    constant<Length, &P::rename, &P::Rename::detection>("rename.detection", given),
    constant<Length, &P::appearance, &P::Appearance::cron_delay>("appearance.cron_delay", chosen),
    constant<Length, &P::appearance, &P::Appearance::cron_duration>("appearance.cron_duration",
                                                                    chosen),
    constant<Length, &P::appearance, &P::Appearance::passive_period>("appearance.passive_period",
                                                                     given),
    constant<Length, &P::appearance, &P::Appearance::cron_per_host>("appearance.cron_per_host",
                                                                    chosen),
    constant<Count, &P::retention, &P::Retention::push_periods>("retention.push_periods", given),
    constant<SettlingWord, &P::infrastructure, &P::Infrastructure::settling>(
        "infrastructure.settling", given),
    constant<UnstatedWord, &P::infrastructure, &P::Infrastructure::unstated>(
        "infrastructure.unstated", chosen),
};

constexpr std::array check_table{
    field<KindWord, CheckPolicy, &CheckPolicy::kind>("kind", chosen),
    field<Period, CheckPolicy, &CheckPolicy::period>("period", derived),
    field<Length, CheckPolicy, &CheckPolicy::accuracy>("accuracy", derived),
    field<YamlFlag, CheckPolicy, &CheckPolicy::required>("required", chosen),
};

constexpr std::array class_table{
    field<QuorumWord, ClassPolicy, &ClassPolicy::members>("members", chosen),
    field<PerhapsLength, ClassPolicy, &ClassPolicy::lag>("lag", derived),
};

}  // namespace

std::string_view name(Origin origin) {
  constexpr std::array<std::string_view, 3> names{"given", "derived", "chosen"};
  return names[static_cast<std::size_t>(origin)];
}

std::span<const Field<Policy>> policy_fields() { return policy_table; }

std::span<const Field<CheckPolicy>> check_fields() { return check_table; }

std::span<const Field<ClassPolicy>> class_fields() { return class_table; }

Origin default_origin(const Field<CheckPolicy>& field, std::string_view check_name, Kind kind) {
  if (field.path == "period" && kind != Kind::active) return given;
  if (field.path == "accuracy" && check_name == "UNREACHABLE") return given;
  return field.origin;
}

}  // namespace vitals
