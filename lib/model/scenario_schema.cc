// SPDX-License-Identifier: Apache-2.0
#include "model/scenario_schema.h"

#include <algorithm>
#include <array>
#include <string>

#include "absl/status/statusor.h"
#include "text/bridge.h"
#include "text/quote.h"
#include "vitals/event.h"
#include "vitals/text_time.h"
#include "yaml/yaml_values.h"

namespace vitals::model {

namespace {

// How a type of value is written, as in yaml/yaml_values.h.

struct Period : MillisLength {
  static absl::StatusOr<Millis> read(const YamlNode& scalar) {
    auto length = MillisLength::read(scalar);
    if (!length.ok() || *length >= shortest_period) return length;
    return invalid(in_quotes(scalar.text), ", expected 1s or more");
  }
};

struct LengthAboveZero : MillisLength {
  static absl::StatusOr<Millis> read(const YamlNode& scalar) {
    auto length = MillisLength::read(scalar);
    if (!length.ok() || *length > Millis::zero()) return length;
    return invalid(in_quotes(scalar.text), ", expected 1ms or more");
  }
};

struct SignedLength {
  static constexpr std::string_view expected = "a duration such as 90s or -90s";
  static absl::StatusOr<Millis> read(const YamlNode& scalar) {
    const std::string_view text = scalar.text;
    const bool is_negative = text.starts_with('-');
    const auto length = parse_milliseconds(text.substr(is_negative ? 1 : 0));
    if (!length.ok()) return invalid(in_quotes(text), ", expected ", expected);
    return is_negative ? -*length : *length;
  }
};

struct Moment {
  static constexpr std::string_view expected =
      "Unix seconds such as 1700000000 or RFC 3339 such as 2023-11-14T22:13:20Z";
  static absl::StatusOr<ModelTime> read(const YamlNode& scalar) {
    const auto moment = parse_timestamp(scalar.text);
    if (!moment.ok()) return moment.status();
    if (*moment >= earliest_begin) return ModelTime{*moment};
    return invalid(in_quotes(scalar.text), ", expected 1970-02-01T00:00:00Z or later");
  }
};

// Whether there is such a component, the checks tell.
struct Component {
  static constexpr std::string_view expected = expected_component;
  static absl::StatusOr<std::string> read(const YamlNode& scalar) {
    if (!scalar.text.empty() && scalar.text.size() <= longest_name) return scalar.text;
    return invalid(in_quotes(scalar.text), ", expected ", expected);
  }
};

constexpr std::string_view expected_periods = "a whole number from 1 to 1000";
constexpr std::string_view expected_retries = "a whole number from 0 to 1000";
constexpr std::string_view expected_per_million = "a whole number from 0 to 1000000";
constexpr std::string_view expected_count = "a whole number from 1 to 10000000";
constexpr std::string_view expected_first = "a whole number from 0 to 9999999";
constexpr std::string_view expected_what =
    "fault, repair, agent_outage, hang, clock_ahead, add, rename, remove, switch_fault, "
    "rack_fault, netmon_outage, juggler_outage, master_move or pongers_outage";
using Periods = YamlNumber<std::int64_t, 1, 1'000, expected_periods>;
using Retries = YamlNumber<std::uint64_t, 0, 1'000, expected_retries>;
using PerMillion = YamlNumber<std::uint64_t, 0, 1'000'000, expected_per_million>;
using Count = YamlNumber<std::uint32_t, 1, most_hosts, expected_count>;
using First = YamlNumber<std::uint32_t, 0, most_hosts - 1, expected_first>;
using What = YamlWord<Happens, happens_names, expected_what>;

// Reads the member of a scenario or a happening that lies there, as Format says.
template <class Format, auto... member>
constexpr auto plain = [](ScenarioValues& values, const YamlValue& value, auto& to) {
  return values.read<Format>(value, (to.*....*member));
};

template <auto... member>
constexpr auto delay = [](ScenarioValues& values, const YamlValue& value, auto& to) {
  return values.read_delay(value, (to.*....*member));
};

using S = Scenario;
constexpr auto juggler = &S::juggler;
constexpr auto pongers = &S::pongers;
constexpr auto agent = &S::agent;
constexpr auto names = &S::names;
constexpr auto hw_watcher = &S::hw_watcher;
constexpr auto netmon = &S::netmon;

constexpr std::array scenario_table{
    ScenarioField{"begin", plain<Moment, &S::begin>},
    ScenarioField{"lasts", plain<LengthAboveZero, &S::lasts>},
    ScenarioField{"hosts", plain<Count, &S::hosts>},
    ScenarioField{"hosts_a_switch", plain<Count, &S::hosts_a_switch>},
    ScenarioField{"hosts_a_rack", plain<Count, &S::hosts_a_rack>},
    ScenarioField{"juggler.push_period", plain<Period, juggler, &JugglerModel::push_period>},
    ScenarioField{"juggler.propagation", delay<juggler, &JugglerModel::propagation>},
    ScenarioField{"juggler.delivery", delay<juggler, &JugglerModel::delivery>},
    ScenarioField{"juggler.active_ttl", plain<MillisLength, juggler, &JugglerModel::active_ttl>},
    ScenarioField{"juggler.passive_ttl_periods",
                  plain<Periods, juggler, &JugglerModel::passive_ttl_periods>},
    ScenarioField{"juggler.election", plain<MillisLength, juggler, &JugglerModel::election>},
    ScenarioField{"pongers.jitter", delay<pongers, &PongersModel::jitter>},
    ScenarioField{"pongers.rack_period", plain<Period, pongers, &PongersModel::rack_period>},
    ScenarioField{"pongers.flap_delay", plain<MillisLength, pongers, &PongersModel::flap_delay>},
    ScenarioField{"pongers.lost_per_million",
                  plain<PerMillion, pongers, &PongersModel::lost_per_million>},
    ScenarioField{"pongers.retries", plain<Retries, pongers, &PongersModel::retries>},
    ScenarioField{"pongers.remember", plain<YamlFlag, pongers, &PongersModel::remember>},
    ScenarioField{"agent.boot", delay<agent, &AgentModel::boot>},
    ScenarioField{"agent.defaults_to_ok", plain<MillisLength, agent, &AgentModel::defaults_to_ok>},
    ScenarioField{"agent.jitter", delay<agent, &AgentModel::jitter>},
    ScenarioField{"names.dns", delay<names, &NamesModel::dns>},
    ScenarioField{"names.old_address_answers",
                  plain<YamlFlag, names, &NamesModel::old_address_answers>},
    ScenarioField{"names.cron_delay", delay<names, &NamesModel::cron_delay>},
    ScenarioField{"names.cron_duration", delay<names, &NamesModel::cron_duration>},
    ScenarioField{"names.cron_per_host", plain<MillisLength, names, &NamesModel::cron_per_host>},
    ScenarioField{"hw_watcher.period", plain<Period, hw_watcher, &HwWatcherModel::period>},
    ScenarioField{"hw_watcher.writing", delay<hw_watcher, &HwWatcherModel::writing>},
    ScenarioField{"netmon.probe_period", plain<Period, netmon, &NetmonModel::probe_period>},
    ScenarioField{"netmon.window", plain<MillisLength, netmon, &NetmonModel::window>},
    ScenarioField{"netmon.fetch_period", plain<Period, netmon, &NetmonModel::fetch_period>},
    ScenarioField{"netmon.fetching", delay<netmon, &NetmonModel::fetching>},
};

template <class... What>
constexpr std::uint32_t kinds(What... what) {
  return (0U | ... | (1U << static_cast<unsigned>(what)));
}
using enum Happens;
constexpr std::uint32_t all = (1U << happens_names.size()) - 1;
constexpr std::uint32_t single = kinds(netmon_outage, juggler_outage, master_move, pongers_outage);
constexpr std::uint32_t endless = kinds(add, rename, remove, master_move);

using H = Happening;
constexpr std::array happening_table{
    HappeningField{"what", all, What::expected, plain<What, &H::what>},
    HappeningField{"at", all, "", plain<MillisLength, &H::at>},
    HappeningField{"spread", all, "", plain<MillisLength, &H::spread>},
    HappeningField{"every", all, "", plain<Period, &H::every>},
    HappeningField{"count", all & ~single, "", plain<Count, &H::count>},
    HappeningField{"first", all & ~single & ~kinds(add), "", plain<First, &H::first>},
    HappeningField{"lasts", all & ~endless, "", delay<&H::lasts>},
    HappeningField{"component", kinds(fault), Component::expected, plain<Component, &H::component>},
    HappeningField{"fixes", kinds(repair), "", plain<YamlFlag, &H::fixes>},
    HappeningField{"ahead", kinds(clock_ahead), SignedLength::expected,
                   plain<SignedLength, &H::ahead>},
};

}  // namespace

std::span<const ScenarioField> scenario_fields() { return scenario_table; }

std::span<const HappeningField> happening_fields() { return happening_table; }

std::optional<Happens> what_happens(const YamlNode& happening) {
  const auto& entries = happening.entries;
  const auto found = std::find_if(entries.begin(), entries.end(),
                                  [](const YamlEntry& entry) { return entry.key->text == "what"; });
  if (found == entries.end()) return std::nullopt;
  const auto what = What::read(*found->value);
  return what.ok() ? std::optional(*what) : std::nullopt;
}

}  // namespace vitals::model
