// SPDX-License-Identifier: Apache-2.0
// The figures that the source text states (SPEC 2), found by asking judge() at one moment after
// another under the default policy. Nothing here adds up periods: if the constants or the rules
// stop giving what people were told, this fails.
#include <algorithm>
#include <catch2/catch.hpp>
#include <functional>
#include <string_view>

#include "test_time.h"
#include "vitals/verdict.h"

namespace vitals {
namespace {

using namespace std::chrono_literals;

constexpr Policy policy;
constexpr Timestamp repaired = t(1'000'000);
constexpr Timestamp long_ago = t(0);
constexpr HostFacts after_repair{.manipulation_ended = repaired};

CheckPolicy default_check(std::string_view name) {
  const auto found = std::find_if(default_checks.begin(), default_checks.end(),
                                  [&](const NamedCheck& it) { return it.name == name; });
  return found->policy;
}

Reasons reasons(const CheckPolicy& check, const Observation& seen, const HostFacts& host,
                Timestamp now) {
  const Question question{.check = check, .host = host, .observation = &seen};
  return judge(question, policy, now)->excluded_by;
}

bool counts(const CheckPolicy& check, const Observation& seen, Timestamp now) {
  return reasons(check, seen, after_repair, now).empty();
}

// The first second after the repair for which `holds`, as a length since the repair.
Seconds first_second(const std::function<bool(Timestamp)>& holds) {
  Timestamp moment = repaired;
  while (!holds(moment) && moment < repaired + 24h) moment += 1s;
  return moment - repaired;
}

TEST_CASE("An unchanged state is proven by what is received later than 12, 14 and 20 minutes") {
  struct Row {
    const char* check;
    Seconds figure;
  };
  const Row rows[] = {{"UNREACHABLE", 12min},
                      {"ssh", 14min},
                      {"meta", 20min},
                      {"fs_check", 20min},
                      {"link", 20min}};
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.check) {
      const CheckPolicy check = default_check(row.check);
      const auto counts_on_receipt = [&](Timestamp received) {
        return counts(check, {.status_mtime = long_ago, .receive_time = received}, received);
      };
      CHECK(first_second(counts_on_receipt) == row.figure + 1s);
      // Pushed every 5 minutes, at the worst the one before came in the last second that proves
      // nothing.
      CHECK_FALSE(counts_on_receipt(repaired + row.figure));
      CHECK(counts_on_receipt(repaired + row.figure + policy.juggler.push_period));
    }
  }
}

TEST_CASE("A changed state is certain from later than 5 minutes: a lucky case for passive checks") {
  for (const char* name : {"UNREACHABLE", "ssh", "meta"}) {
    DYNAMIC_SECTION(name) {
      const CheckPolicy check = default_check(name);
      const auto counts_on_change = [&](Timestamp changed) {
        return counts(check, {.status_mtime = changed, .receive_time = changed}, changed);
      };
      CHECK(first_second(counts_on_change) == 5min + 1s);
    }
  }
}

// From the repair until the first push that proves, if hw-watcher next measures after `measures`,
// its database is next read after `reads` and Juggler next pushes after `pushes`.
Seconds hw_watcher_lag(Seconds measures, Seconds reads, Seconds pushes) {
  const CheckPolicy memory = default_check("memory");
  const auto last_before = [](Timestamp moment, Seconds phase, Seconds period) {
    return moment - (moment - repaired - phase + 10 * period) % period;
  };
  Timestamp push = repaired + pushes;
  for (; push < repaired + 24h; push += policy.juggler.push_period) {
    const Timestamp read = last_before(push, reads, memory.period);
    const Timestamp measured =
        last_before(read - policy.hw_watcher.latency, measures, policy.hw_watcher.period);
    const Observation seen{
        .status_mtime = long_ago, .receive_time = push, .metadata_timestamp = measured};
    if (counts(memory, seen, push)) break;
  }
  return push - repaired;
}

TEST_CASE("hw-watcher lags 13 minutes behind on average, over all phases of its three periods") {
  // Phases half a minute apart; offset so that each wait averages half its period.
  Seconds total{0};
  std::int64_t cases = 0;
  for (Seconds measures = 15s; measures < 10min; measures += 30s) {
    for (Seconds reads = 0s; reads < 5min; reads += 30s) {
      for (Seconds pushes = 15s; pushes < 5min; pushes += 30s) {
        total += hw_watcher_lag(measures, reads, pushes);
        ++cases;
      }
    }
  }
  CHECK(cases == 20 * 10 * 10);
  CHECK(total == cases * 13min);
}

TEST_CASE("A hung hw-watcher is noticed 22 minutes after its last measurement") {
  const CheckPolicy memory = default_check("memory");
  const auto is_noticed = [&](Timestamp now) {
    // The passive check goes on sending what was measured in the second of the repair.
    const Observation seen{
        .status_mtime = long_ago, .receive_time = now, .metadata_timestamp = repaired};
    return reasons(memory, seen, {}, now) == Reasons{Reason::stale};
  };
  CHECK(first_second(is_noticed) == 22min);
}

TEST_CASE("A silence is noticed after 10 minutes, and health disappears after 15") {
  for (const NamedCheck& check : default_checks) {
    if (check.policy.kind == Kind::netmon) continue;
    DYNAMIC_SECTION(check.name) {
      Observation seen{.status_mtime = long_ago, .receive_time = repaired};
      if (check.policy.kind == Kind::hw_watcher) seen.metadata_timestamp = repaired;
      const auto holds = [&](Reason reason) {
        return first_second(
            [&](Timestamp now) { return reasons(check.policy, seen, {}, now).has(reason); });
      };
      CHECK(holds(Reason::stale) == 10min);
      CHECK(holds(Reason::expired) == 15min);
    }
  }
}

// How long an old state is believed if whatever measures the check dies in the second of the
// repair: Juggler goes on sending it until the time to live runs out, and `late` longer.
Seconds believed_in_error(const CheckPolicy& check, Seconds time_to_live, Seconds late) {
  const Timestamp nodata = repaired + time_to_live + late;
  Seconds believed{0};
  for (Timestamp now = repaired; now < nodata; now += 1s) {
    if (counts(check, {.status_mtime = long_ago, .receive_time = now}, now)) believed += 1s;
  }
  return believed;
}

TEST_CASE("by_receipt trusts a time to live that active checks break and passive ones just keep") {
  const Seconds active_ttl = policy.juggler.active_ttl;
  const CheckPolicy unreachable = default_check("UNREACHABLE");
  const CheckPolicy ssh = default_check("ssh");
  const CheckPolicy meta = default_check("meta");
  const Seconds passive_ttl = policy.juggler.passive_ttl_periods * meta.period;
  CHECK(active_ttl == 15min);
  CHECK(passive_ttl == 10min);
  // If Juggler's master moves as well, NODATA comes one push later.
  const Seconds master_moves = policy.juggler.push_period;
  // UNREACHABLE is believed from later than 12 min until NODATA comes at 15 min, or at 20.
  CHECK(believed_in_error(unreachable, active_ttl, 0s) == 3min - 1s);
  CHECK(believed_in_error(unreachable, active_ttl, master_moves) == 8min - 1s);
  CHECK(believed_in_error(ssh, active_ttl, 0s) == 1min - 1s);
  // A passive check that stopped working is never believed.
  CHECK(believed_in_error(meta, passive_ttl, 0s) == 0s);
  CHECK(believed_in_error(meta, passive_ttl, master_moves) == 0s);
}

TEST_CASE("An unchanged state is believed three hours later under a new name") {
  const HostFacts renamed{.renamed = repaired};
  const auto proven_on_receipt = [&](const char* name) {
    const CheckPolicy check = default_check(name);
    return first_second([&](Timestamp received) {
      return reasons(check, {.status_mtime = long_ago, .receive_time = received}, renamed, received)
          .empty();
    });
  };
  CHECK(proven_on_receipt("UNREACHABLE") == 3h + 12min + 1s);
  CHECK(proven_on_receipt("ssh") == 3h + 14min + 1s);
  CHECK(proven_on_receipt("meta") == 3h + 20min + 1s);
  // A change under the new name counts at once.
  const CheckPolicy check = default_check("ssh");
  const auto counts_on_change = [&](Timestamp changed) {
    return reasons(check, {.status_mtime = changed, .receive_time = changed}, renamed, changed)
        .empty();
  };
  CHECK(first_second(counts_on_change) == 1s);
}

}  // namespace
}  // namespace vitals
