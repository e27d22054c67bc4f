// SPDX-License-Identifier: Apache-2.0
// A day of a schedule in no time: a catalogue's audits, yielded at their moments by a clock that
// nobody waits for.
#include <cstdio>
#include <filesystem>
#include <map>
#include <string>

#include "vitals/audit/backend.h"
#include "vitals/audit/scheduler.h"
#include "vitals/text_time.h"

int main() {
  using namespace vitals::audit;
  const auto records = std::filesystem::temp_directory_path() / "vitals-day-of-audits.db";
  std::filesystem::remove(records);
  auto backend = Backend::open("dir:audits?records=" + records.string());
  if (!backend.ok()) {
    std::fprintf(stderr, "%s\n", std::string(backend.status().message()).c_str());
    return 1;
  }
  const vitals::Timestamp midnight{vitals::Seconds{1'700'006'400}};
  ManualClock clock(midnight);
  Scheduler scheduler(**backend, clock);
  std::map<std::string, int> runs;
  int shown = 0;
  for (auto due = scheduler.wait_next(); clock.now() < midnight + vitals::Seconds{86'400};
       due = scheduler.wait_next()) {
    for (const TaskId task : due) {
      const Scheduled scheduled = *scheduler.look_up(task);  // here the audit would be run
      ++runs[scheduled.audit->owner + ": " + scheduled.audit->name];
      const vitals::Timestamp next = scheduler.finish(task);
      if (++shown > 3) continue;
      std::printf("%s of %s, and again at %s\n", scheduled.audit->name.c_str(),
                  scheduled.host->name.c_str(), vitals::format_timestamp(next).c_str());
    }
  }
  for (const auto& [name, count] : runs) std::printf("%s, %d runs\n", name.c_str(), count);
  std::filesystem::remove(records);
}
