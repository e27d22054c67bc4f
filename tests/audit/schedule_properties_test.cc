// SPDX-License-Identifier: Apache-2.0
// A scheduler beside a plain account of what it should do, through a backend: no audit is lost or
// doubled under random edits of the catalogue, stops, pauses and steps of the clock.
#include <rapidcheck.h>

#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <map>
#include <ostream>
#include <string>
#include <vector>

#include "backends.h"
#include "vitals/audit/scheduler.h"

namespace vitals::audit {
namespace {

constexpr Seconds refresh_every{120};
constexpr Seconds lease{60};

using Name = std::pair<std::string, std::string>;  // host and audit

// What happens next, as numbers that rapidcheck can make smaller.
struct Deed {
  enum class What : std::uint8_t { edit, stop, step, pause, run_now, pass };
  What what = What::pass;
  int a = 0;
  int b = 0;
};

std::ostream& operator<<(std::ostream& out, const Deed& deed) {
  constexpr std::array words{"edit", "stop", "step", "pause", "run now", "pass"};
  return out << words[static_cast<std::size_t>(deed.what)] << ' ' << deed.a << ' ' << deed.b;
}

std::vector<Deed> some_deeds() {
  return *rc::gen::resize(
      40,
      rc::gen::container<std::vector<Deed>>(rc::gen::build<Deed>(
          rc::gen::set(&Deed::what, rc::gen::weightedElement<Deed::What>({{3, Deed::What::edit},
                                                                          {1, Deed::What::stop},
                                                                          {1, Deed::What::step},
                                                                          {1, Deed::What::pause},
                                                                          {1, Deed::What::run_now},
                                                                          {6, Deed::What::pass}})),
          rc::gen::set(&Deed::a, rc::gen::inRange(0, 1000)),
          rc::gen::set(&Deed::b, rc::gen::inRange(0, 1000)))));
}

class World {
 public:
  explicit World(const TestDatabase& database)
      : url_(database.url), hand_(open_backend(database.url)) {
    start();
  }

  void act(const Deed& deed) {
    switch (deed.what) {
      case Deed::What::edit:
        return edit(deed.a, deed.b);
      case Deed::What::stop:
        return stop(deed.a);
      case Deed::What::step:
        // By days, or by minutes.
        clock_.set(
            add(clock_.now(), Seconds{std::int64_t{deed.a - 500} * (deed.b % 2 ? 400 : 10)}));
        for (auto& [name, account] : accounts_) account.waited = 0;
        leases_.clear();  // of the dead: who knows how long those last by now
        return;
      case Deed::What::pause:
        return pause(deed.a);
      case Deed::What::run_now:
        return run_now(deed.a, deed.b);
      case Deed::What::pass:
        return pass(deed.a);
    }
  }

  // Whatever happened before: in the end everything that may run is run, in time.
  void check_end() {
    if (paused_) pause(0);
    for (int i = 0; i < 5; ++i) pass(999);
    for (const auto& [name, account] : accounts_) {
      INFO(name.first << " " << name.second);
      RC_ASSERT(account.runs > 0 || !account.enabled);
    }
  }

 private:
  static constexpr std::array<std::int64_t, 4> periods{300, 900, 1800, 3600};

  struct Account {
    Seconds period{0};
    bool enabled = true;
    std::int64_t waited = 0;  // seconds that it could have run, by time that passed
    int runs = 0;
  };

  struct Running {
    TaskId task = 0;
    Claimed claimed{};
    Timestamp begin{};
  };

  void start() {
    backend_ = open_backend(url_);
    scheduler_ = std::make_unique<Scheduler>(*backend_, clock_,
                                             SchedulerOptions{.refresh_every = refresh_every});
    if (paused_) scheduler_->pause();
  }

  // One audit of one host is put into the catalogue, changed, disabled or taken out.
  void edit(int a, int b) {
    const Name name{"h" + std::to_string(a % 3), "a" + std::to_string(b % 4)};
    const auto known = accounts_.find(name);
    if (known == accounts_.end()) {
      accounts_[name] = {.period = Seconds{periods[static_cast<std::size_t>(a) / 3 % 4]}};
    } else if (a / 3 % 3 == 0) {
      accounts_.erase(known);
    } else if (a / 3 % 3 == 1) {
      known->second.enabled = !known->second.enabled;
      known->second.waited = 0;
    } else {
      known->second.period = Seconds{periods[static_cast<std::size_t>(b) / 4 % 4]};
      known->second.waited = 0;
    }
    Catalogue catalogue;
    for (const char* const host : {"h0", "h1", "h2"}) catalogue.hosts.push_back({.name = host});
    for (const auto& [one, account] : accounts_) {
      catalogue.audits.push_back({.owner = one.first,
                                  .name = one.second,
                                  .run_every = account.period,
                                  .command = {"true"},
                                  .enabled = account.enabled});
    }
    sort(catalogue);
    good(hand_->store(catalogue));
  }

  // The program ends at once, whatever runs, and begins again after a while.
  void stop(int a) {
    scheduler_.reset();
    running_.clear();
    clock_.advance(Seconds{a * 10});
    for (auto& [name, account] : accounts_) account.waited = 0;
    start();
  }

  void pause(int a) {
    paused_ = !paused_;
    paused_ ? scheduler_->pause() : scheduler_->resume();
    clock_.advance(Seconds{a});
    for (auto& [name, account] : accounts_) account.waited = 0;
  }

  void run_now(int a, int b) {
    if (accounts_.empty()) return;
    auto at = accounts_.begin();
    std::advance(at, static_cast<std::size_t>(a + b) % accounts_.size());
    // One that the scheduler has not seen yet is not found.
    scheduler_->run_now(at->first.first, at->first.second).IgnoreError();
  }

  // Time passes as it should: the scheduler is asked at each of its moments.
  void pass(int a) {
    const Timestamp until = add(clock_.now(), Seconds{1 + a});
    while (clock_.now() < until) {
      const Timestamp before = clock_.now();
      const Timestamp next = later(scheduler_->next_due(), add(before, Seconds{1}));
      clock_.advance(earlier(until, earlier(next, add(before, Seconds{60}))) - before);
      end_some(a);
      const std::int64_t passed = (clock_.now() - before).count();
      for (auto& [name, account] : accounts_) wait(name, account, passed);
      begin_some();
    }
  }

  void wait(const Name& name, Account& account, std::int64_t seconds) {
    if (paused_ || !account.enabled || running_.contains(name)) return;
    account.waited += seconds;
    // A period, the spread or the slack, the news of an edit, the lease of one that died, and a
    // claim that is tried again.
    const Seconds most = sum(account.period, schedule_slack, refresh_every, lease, Seconds{60});
    INFO(name.first << " " << name.second << " waited for " << account.waited);
    RC_ASSERT(account.waited <= most.count());
  }

  void begin_some() {
    const auto yielded = scheduler_->take_due();
    for (const TaskId task : std::vector(yielded.begin(), yielded.end())) {
      const Scheduled scheduled = scheduler_->look_up(task).value();
      const Name name{scheduled.host->name, scheduled.audit->name};
      RC_ASSERT(!running_.contains(name));
      RC_ASSERT(!paused_);
      RC_ASSERT(scheduled.audit->enabled);
      const Timestamp now = clock_.now();
      const std::vector<ClaimRequest> wish{{scheduled.record, add(now, lease)}};
      const ClaimAnswer answer = good(backend_->claim("e", wish, now)).at(0);
      if (!answer.granted()) {
        scheduler_->give_back(task, answer.retry_at);
        continue;
      }
      // By what the records say nobody else is at it.
      if (const auto held = leases_.find(scheduled.record); held != leases_.end()) {
        RC_ASSERT(now >= held->second);
      }
      leases_[scheduled.record] = add(now, lease);
      running_[name] = {task, {scheduled.record, answer.claim}, now};
    }
  }

  void end_some(int a) {
    const Timestamp now = clock_.now();
    for (auto one = running_.begin(); one != running_.end();) {
      const bool ends = now >= add(one->second.begin, Seconds{a % 40}) || now < one->second.begin;
      if (!ends) {
        ++one;
        continue;
      }
      const Running run = one->second;
      const auto account = accounts_.find(one->first);
      if (account != accounts_.end()) {
        account->second.waited = 0;
        ++account->second.runs;
      }
      one = running_.erase(one);
      leases_.erase(run.claimed.id);
      Finished finished;
      finished.claimed = run.claimed;
      finished.result.started_at = run.begin;
      finished.result.finished_at = later(now, run.begin);
      finished.next_run = scheduler_->finish(run.task);
      const std::vector<Finished> all{finished};
      static_cast<void>(good(backend_->finish("e", all, now)));
    }
  }

  std::string url_;
  ManualClock clock_{t(0)};
  std::unique_ptr<Backend> hand_;  // of whoever edits
  std::unique_ptr<Backend> backend_;
  std::unique_ptr<Scheduler> scheduler_;
  std::map<Name, Account> accounts_;
  std::map<Name, Running> running_;
  std::map<std::int64_t, Timestamp> leases_;  // of what runs or died at it, by record
  bool paused_ = false;
};

}  // namespace

TEST_CASE("No audit is lost or doubled under random edits, stops and steps of the clock") {
  on_each_database([](const TestDatabase& database) {
    // Each world has its own database, made anew.
    CHECK(rc::check("through a backend", [&] {
      const std::vector<Deed> deeds = some_deeds();
      empty(database);
      World world(database);
      for (const Deed& deed : deeds) world.act(deed);
      world.check_end();
    }));
  });
}

}  // namespace vitals::audit
