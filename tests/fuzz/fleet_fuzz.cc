// SPDX-License-Identifier: Apache-2.0
// Any bytes as events, four bytes each, applied to a fleet that is asked now and then: what it
// keeps equals what the scalar rules say of its facts, at every moment, whichever way it is asked.
#include <array>
#include <map>
#include <string>
#include <vector>

#include "fuzz.h"
#include "vitals/fleet.h"

namespace {

using namespace vitals;

constexpr std::array<std::string_view, 6> hosts{"a", "b", "c", "d", "s1", "r1"};
constexpr std::array<std::string_view, 4> places{"s1", "s2", "r1", "a"};
constexpr std::array<std::string_view, 8> services{"UNREACHABLE", "ssh",    "meta", "memory",
                                                   "link",        "netmon", "rack", "nobody's"};

// Few and short constants, so that everything happens within seconds of everything else.
PolicySet policy_of(std::uint8_t byte) {
  PolicySet policy;
  Policy& constants = policy.constants;
  constants.juggler.push_period = Seconds{20 + byte % 16 * 5};
  constants.netmon.fetch_period = Seconds{5 + byte % 7 * 10};
  constants.netmon.window = Seconds{byte % 5 * 20};
  constants.appearance.cron_per_host = Seconds{byte % 3 * 10};
  constants.rename.detection = Seconds{200};
  if ((byte & 64) != 0) constants.infrastructure.settling = Settling::receipt;
  if ((byte & 128) != 0) constants.infrastructure.unstated = Unstated::none;
  return policy;
}

Event event_of(const std::uint8_t* bytes, Timestamp now) {
  constexpr std::array<EventType, 12> types{
      EventType::check,  EventType::check,  EventType::check,
      EventType::check,  EventType::check,  EventType::host,
      EventType::assign, EventType::rename, EventType::manipulation_begin,
      EventType::remove, EventType::host,   EventType::manipulation_end};
  Event event{.type = types[bytes[0] % types.size()], .time = now};
  event.host = hosts[bytes[1] % hosts.size()];
  event.to = hosts[bytes[2] % hosts.size()];
  const auto said = [](unsigned what) {
    if (what % 6 == 4) return Place{.says = Place::Says::none};
    if (what % 6 == 5) return Place{};
    return Place{.says = Place::Says::name, .name = places[what % 6]};
  };
  event.on_switch = said(bytes[2]);
  event.in_rack = said(bytes[3]);
  event.service = services[bytes[2] % services.size()];
  if (event.service == "netmon" || event.service == "rack") event.host = places[bytes[1] % 4];
  event.report = {.status = static_cast<Status>(bytes[3] % 5),
                  .status_mtime = now - Seconds{bytes[3] / 5 * 20} + Seconds{bytes[1] % 2 * 70},
                  .receive_time = now};
  if (bytes[1] >= 128) event.report.metadata_timestamp = now - Seconds{bytes[3]};
  return event;
}

std::string told(const VerdictLine& line) {
  std::string all = line.status ? std::string(name(*line.status)) : "-";
  all += '/' + std::to_string(line.verdict.excluded_by.bits());
  for (const std::string_view blocker : line.blocked_by) (all += '/') += blocker;
  return all;
}

class Witness {
 public:
  explicit Witness(std::uint8_t byte) : fleet_(policy_of(byte), {.reuse_ids = byte % 2 == 1}) {}

  void apply(const Event& event) {
    const bool taken = fleet_.apply(event).ok();
    if (!taken) return;
    if (event.type == EventType::rename || event.type == EventType::remove) forget(event.host);
    if (event.type == EventType::rename) forget(event.to);
  }

  // Every change up to `now`; afterwards what was told last is what everything is.
  void advance(Timestamp now) {
    fleet_.advance(now, [&](const VerdictLine& line) {
      std::string& last = told_[{std::string(line.host), std::string(line.check)}];
      promise(last != told(line), "only what differs is visited", told(line));
      last = told(line);
    });
    std::size_t lines = 0;
    fleet_.judge_all(now, [&](const VerdictLine& line) {
      ++lines;
      const auto last = told_.find({std::string(line.host), std::string(line.check)});
      promise(last != told_.end() && last->second == told(line), "no change is missed");
    });
    promise(lines == told_.size(), "nothing is told of what is gone");
  }

  // Judging all at once, at any moment, before it is advanced to.
  void judge(Timestamp now) {
    JudgedFleet all;
    std::vector<std::uint64_t> bits;
    fleet_.judge(now, all);
    fleet_.judge(now, bits);
    std::uint64_t counting = 0;
    std::uint64_t verdicts = 0;
    for (std::size_t i = 0; i < all.hosts.size(); ++i) {
      const bool bit = (bits[i / 64] >> i % 64 & 1U) != 0;
      promise(bit == all.hosts[i].counts(), "bits are those of the outcomes");
      verdicts += all.hosts[i].has_verdict();
      counting += all.hosts[i].counts();
    }
    fleet_.judge_all(now, [&](const VerdictLine& line) {
      if (line.check == "netmon" || line.check == "rack") return;
      --verdicts;
      counting -= line.verdict.counts();
    });
    promise(verdicts == 0 && counting == 0, "all at once is one by one");
  }

 private:
  void forget(std::string_view host) {
    std::erase_if(told_, [&](const auto& entry) {
      const bool of_place = entry.first.second == "netmon" || entry.first.second == "rack";
      return entry.first.first == host && !of_place;
    });
  }

  Fleet fleet_;
  std::map<std::pair<std::string, std::string>, std::string> told_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  Witness witness(data[0]);
  Timestamp now{Seconds{1'000'000}};
  for (std::size_t at = 1; at + 5 <= size; at += 5) {
    const std::uint8_t ask = data[at + 4];
    const Seconds passes{ask % 4 == 0 ? 0 : ask / 4 * 3};
    if (passes > Seconds{0}) {
      witness.advance(now);
      if (ask % 4 == 1) witness.judge(now + passes);
      witness.advance(now + passes - Seconds{1});
      now += passes;
    }
    witness.apply(event_of(data + at, now));
    if (ask % 4 == 3) witness.judge(now - Seconds{ask});
  }
  witness.advance(now);
  witness.advance(now + Seconds{2000});
  return 0;
}
