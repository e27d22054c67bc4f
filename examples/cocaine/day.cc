// SPDX-License-Identifier: Apache-2.0
// A day of the installation whose catalogue is beside this file: what its audits would have found,
// had these things happened.
//
//   cocaine_day                        what happens
//   cocaine_day recording CATALOGUE    the recording of an engine, on standard output
//   cocaine_day truth CATALOGUE        what each audit would have found were all others well
#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "vitals/audit/catalogue_yaml.h"
#include "vitals/audit/expansion.h"
#include "vitals/audit/recorder.h"
#include "vitals/audit/timetable.h"
#include "vitals/text_time.h"
#include "vitals/truth.h"

namespace {

using namespace std::chrono_literals;
using namespace vitals;
using namespace vitals::audit;

constexpr Timestamp midnight{Seconds{1'772'409'600}};  // 2026-03-02T00:00:00Z

struct Fault {
  Timestamp from;
  Timestamp until;
  std::string_view host;
  std::string_view audit;  // the first to find it; empty: nothing on the host answers
  std::string_view what;
};

constexpr Fault fault(Seconds from, Seconds length, std::string_view host, std::string_view audit,
                      std::string_view what) {
  return {midnight + from, midnight + from + length, host, audit, what};
}

constexpr std::array faults{
    fault(2h, 2h, "el1", "blobs", "elliptics loses a node"),
    fault(3h, 40min, "el2", "blobs", "and another one"),
    fault(3h, 40min, "el3", "blobs", "and with it the last"),
    fault(7h, 40min, "repo1", "registry", "the Docker repository hangs"),
    fault(10h, 1h, "node3", "", "a Node dies"),
    fault(13h, 40min, "lb1", "announcements", "a balancer's multicast is cut"),
    fault(16h, 40min, "es1", "index", "ElasticSearch is stopped"),
    fault(16h, 40min, "es2", "index", "ElasticSearch is stopped"),
    fault(16h, 40min, "es3", "index", "ElasticSearch is stopped"),
    fault(19h, 40min, "node5", "docker", "docker hangs on one Node"),
};

// What works at a moment. That is how the installation works, whatever a policy thinks of it.
class World {
 public:
  // With a name: the world in which only that host has faults.
  World(const Catalogue& catalogue, Timestamp now, std::string_view only = {})
      : catalogue_(catalogue), now_(now), only_(only) {}

  [[nodiscard]] bool works(std::string_view host, std::string_view audit) const {
    if (is_broken(host, audit)) return false;
    if (audit == "registry") return some("elliptics", "blobs");
    if (audit == "storage") return works(host, "runtime") && some("elliptics", "blobs");
    if (audit == "logging") return works(host, "runtime") && some("elasticsearch", "index");
    if (audit == "build") return works(host, "docker") && works("repo1", "registry");
    if (audit == "app_start") {
      return works(host, "docker") && works(host, "storage") && works("repo1", "registry");
    }
    if (audit == "routes") return works(host, "announcements") && every("node", "runtime");
    return true;
  }

 private:
  [[nodiscard]] bool is_broken(std::string_view host, std::string_view audit) const {
    return std::any_of(faults.begin(), faults.end(), [&](const Fault& fault) {
      return now_ >= fault.from && now_ < fault.until && host == fault.host &&
             (fault.audit.empty() || fault.audit == audit) && (only_.empty() || only_ == host);
    });
  }
  [[nodiscard]] bool some(std::string_view group, std::string_view audit) const {
    return count_of(group, audit, true) > 0;
  }
  [[nodiscard]] bool every(std::string_view group, std::string_view audit) const {
    return count_of(group, audit, false) == 0;
  }
  [[nodiscard]] std::int64_t count_of(std::string_view name, std::string_view audit,
                                      bool working) const {
    const Group* group = find_group(catalogue_, name);
    if (group == nullptr) return 0;
    return std::count_if(group->hosts.begin(), group->hosts.end(),
                         [&](const std::string& host) { return works(host, audit) == working; });
  }

  const Catalogue& catalogue_;
  Timestamp now_;
  std::string_view only_;
};

void tell_faults() {
  for (const Fault& fault : faults) {
    std::printf("%s to %s  %-5s  %s\n", format_timestamp(fault.from).c_str(),
                format_timestamp(fault.until).c_str(), std::string(fault.host).c_str(),
                std::string(fault.what).c_str());
  }
}

// Runs each audit where it lies on the grid that every engine has. It takes no time here.
void record(const Catalogue& catalogue, std::span<const Task> tasks) {
  std::vector<std::pair<Timestamp, std::size_t>> runs;
  for (std::size_t i = 0; i < tasks.size(); ++i) {
    const Audit& audit = catalogue.audits[tasks[i].audit];
    const auto hash = stable_hash(catalogue.hosts[tasks[i].host].name, audit.name);
    for (Timestamp at = midnight; at < midnight + 24h;) {
      at = next_on_grid(at, audit.run_every, hash);
      runs.emplace_back(at, i);
    }
  }
  std::sort(runs.begin(), runs.end());
  Recorder recorder([](std::string_view line, const Event&) {
    std::fwrite(line.data(), 1, line.size(), stdout);
  });
  recorder.tell_hosts(catalogue, midnight);
  std::map<std::size_t, std::pair<Status, Timestamp>> since;  // of each task
  for (const auto& [now, i] : runs) {
    const std::string& host = catalogue.hosts[tasks[i].host].name;
    const Audit& audit = catalogue.audits[tasks[i].audit];
    const Status status = World(catalogue, now).works(host, audit.name) ? Status::ok : Status::crit;
    auto& last = since.try_emplace(i, status, midnight - 24h).first->second;
    if (last.first != status) last = {status, now};
    recorder.tell(host, audit.name, {.status = status, .started_at = now, .finished_at = now},
                  last.second, now + audit.run_every, now);
  }
}

// A line whenever what an audit is to say of its own machine changes.
void tell_truth(const Catalogue& catalogue, std::span<const Task> tasks) {
  std::vector<Timestamp> moments{midnight};
  for (const Fault& fault : faults) moments.insert(moments.end(), {fault.from, fault.until});
  std::sort(moments.begin(), moments.end());
  std::map<std::size_t, bool> told;
  for (const Timestamp now : moments) {
    for (std::size_t i = 0; i < tasks.size(); ++i) {
      const std::string& host = catalogue.hosts[tasks[i].host].name;
      const std::string& audit = catalogue.audits[tasks[i].audit].name;
      const bool works = World(catalogue, now, host).works(host, audit);
      if (const auto last = told.find(i); last != told.end() && last->second == works) continue;
      told[i] = works;
      std::string line;
      append_truth(line, {now, host, audit, works ? Status::ok : Status::crit});
      std::fputs(line.c_str(), stdout);
    }
  }
}

}  // namespace

int main(int count, char** words) {
  const std::string_view what = count > 1 ? words[1] : "";
  if (what.empty()) {
    tell_faults();
    return 0;
  }
  if (count != 3 || (what != "recording" && what != "truth")) {
    std::fprintf(stderr, "usage: %s [recording CATALOGUE | truth CATALOGUE]\n", words[0]);
    return 2;
  }
  const auto catalogue = read_catalogue(words[2]);
  const auto tasks = catalogue.ok() ? expand(*catalogue) : catalogue.status();
  if (!tasks.ok()) {
    std::fprintf(stderr, "%s\n", std::string(tasks.status().message()).c_str());
    return 2;
  }
  what == "recording" ? record(*catalogue, *tasks) : tell_truth(*catalogue, *tasks);
}
