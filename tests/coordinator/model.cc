// SPDX-License-Identifier: Apache-2.0
#include "model.h"

#include <algorithm>
#include <cstring>
#include <set>
#include <string_view>
#include <utility>

#include "coordinator/decide.h"
#include "worlds.h"

namespace vitals::coordinator::model {
namespace {

static_assert(std::is_trivially_copyable_v<State>);
static_assert(std::has_unique_object_representations_v<State>);

using What = Pending::What;

std::string name_text(int name) { return name == 0 ? "" : name == 1 ? "x" : "y"; }
std::uint8_t name_number(std::string_view name) {
  return name.empty() ? std::uint8_t{0} : name == "x" ? std::uint8_t{1} : std::uint8_t{2};
}
std::string id_of(int one) { return one == 0 ? "rtc" : "yc"; }
Key key_in(int one, int which) { return key_of(one + 1, which + 1); }

std::vector<Member> members_of(const State& state, const Rules& rules) {
  std::vector<Member> members;
  for (int one = 0; one < installations; ++one) {
    const OneInstallation& is = state.of[static_cast<std::size_t>(one)];
    Member member{.number = one + 1, .bot = 1, .is = installation(id_of(one)), .listing = {}};
    if (one == 1 && !rules.second_calls) member.is.type = InstallationType::polled;
    member.is.act_within = Seconds{rules.act_within};
    member.is.stale_after = Seconds{rules.fresh_for == never ? 1'000'000 : rules.fresh_for};
    member.is.on_stale = rules.on_stale;
    if (is.listing_started != never) {
      member.listing = {
          .poll = 1, .started_at = t(is.listing_started), .received_at = t(is.listing_received)};
    }
    members.push_back(std::move(member));
  }
  return members;
}

// The book that the coordinator would load in this state.
Book book_of(const State& state, const Rules& rules) {
  Book book(members_of(state, rules));
  for (int one = 0; one < installations; ++one) {
    const OneInstallation& is = state.of[static_cast<std::size_t>(one)];
    for (int which = 0; which < hosts; ++which) {
      const auto h = static_cast<std::size_t>(which);
      if (is.claim_state[h] != 0) {
        book.load_claim(key_in(one, which),
                        {.state = static_cast<Claim::State>(is.claim_state[h] - 1),
                         .host = host(which + 1, name_text(is.claim_name[h])),
                         .told_at = t(is.claim_told[h])});
      }
      if (is.listed[h] != 0) {
        book.load_sighting(key_in(one, which), {.host = host(which + 1, name_text(is.listed[h]))});
      }
    }
  }
  for (std::size_t n = 0; n < names; ++n) {
    if (state.name_holder[n] == 0) continue;
    const int holder = state.name_holder[n] - 1;
    book.load_name(
        name_text(static_cast<int>(n) + 1),
        {.key = key_in(holder / hosts, holder % hosts), .told_at = t(state.name_told[n])});
  }
  return book;
}

Tick tick_of(Timestamp moment) { return static_cast<Tick>(moment.time_since_epoch().count()); }

void store(const Book& book, State& state) {
  for (int one = 0; one < installations; ++one) {
    OneInstallation& is = state.of[static_cast<std::size_t>(one)];
    for (int which = 0; which < hosts; ++which) {
      const auto h = static_cast<std::size_t>(which);
      const auto& claim = book.facts(key_in(one, which)).claim;
      is.claim_state[h] =
          claim ? static_cast<std::uint8_t>(static_cast<int>(claim->state) + 1) : std::uint8_t{0};
      is.claim_name[h] = claim ? name_number(claim->host.name) : std::uint8_t{0};
      is.claim_told[h] = claim ? tick_of(claim->told_at) : Tick{0};
    }
  }
  for (std::size_t n = 0; n < names; ++n) {
    const NameClaim* const claim = book.name_claim(name_text(static_cast<int>(n) + 1));
    state.name_holder[n] = 0;
    state.name_told[n] = 0;
    if (claim == nullptr) continue;
    const auto holder = (number_of(claim->key) - 1) * hosts + inv_of(claim->key) - 1;
    state.name_holder[n] = static_cast<std::uint8_t>(holder + 1);
    state.name_told[n] = tick_of(claim->told_at);
  }
}

// Whether a word of then counts for its installation: if not now, then never again.
bool is_live(Tick told, std::uint8_t claim_state, const OneInstallation& is, const Rules& rules) {
  const bool is_removal = claim_state == 1 + static_cast<int>(Claim::State::gone);
  return is.listing_started == never ||
         is.listing_started <= told + (is_removal ? 0 : rules.act_within);
}

// The moments of one installation that make a difference. Those that do not are made alike.
std::vector<Tick*> moments_of(State& state, std::size_t one, const Rules& rules) {
  OneInstallation& is = state.of[one];
  std::vector<Tick*> all;
  const auto add_word = [&](Tick& told, std::uint8_t claim_state) {
    if (is_live(told, claim_state, is, rules)) {
      all.push_back(&told);
    } else {
      told = 0;
    }
  };
  for (std::size_t h = 0; h < hosts; ++h) {
    if (is.claim_state[h] != 0) add_word(is.claim_told[h], is.claim_state[h]);
  }
  for (std::size_t n = 0; n < names; ++n) {
    const bool is_its = state.name_holder[n] != 0 &&
                        static_cast<std::size_t>(state.name_holder[n] - 1) / hosts == one;
    if (is_its) add_word(state.name_told[n], 1);
  }
  const bool waits = is.pending.what == What::add || is.pending.what == What::rename;
  if (waits) all.push_back(&is.pending.at);
  for (Tick* moment : {&is.poll_started, &is.listing_started}) {
    if (*moment != never) all.push_back(moment);
  }
  if (is.listing_started == never) return all;
  if (rules.fresh_for == never) {
    is.listing_received = 0;
  } else {
    all.push_back(&is.listing_received);
  }
  return all;
}

// Moments of one installation are compared with each other and with now, by at most so much: those
// that are further apart are brought nearer, so that there are only so many states.
void come_nearer(State& state, const Rules& rules) {
  const Tick longest =
      rules.fresh_for == never ? rules.act_within : std::max(rules.act_within, rules.fresh_for);
  for (std::size_t one = 0; one < installations; ++one) {
    std::vector<Tick*> all = moments_of(state, one, rules);
    std::sort(all.begin(), all.end(), [](const Tick* a, const Tick* b) { return *a > *b; });
    Tick after = state.now;
    Tick nearer = present;
    for (Tick* moment : all) {
      const auto gap = static_cast<Tick>(after - *moment);
      nearer = static_cast<Tick>(nearer - std::min(gap, static_cast<Tick>(longest + 1)));
      after = *moment;
      *moment = nearer;
    }
  }
  state.now = present;
}

// What the monitor does.
void tidy(State& state, const Rules& rules) {
  Book book = book_of(state, rules);
  for (int one = 0; one < installations; ++one) {
    for (int which = 0; which < hosts; ++which) {
      lapse_if_overtaken(key_in(one, which), book, t(state.now));
    }
  }
  for (int n = 1; n <= names; ++n) lapse_name_if_overtaken(name_text(n), book);
  store(book, state);
}

// Steps of one installation, and of the coordinator with it.
class Stepper {
 public:
  Stepper(const State& state, const Rules& rules, int one, std::vector<Step>& steps)
      : state_(state), rules_(rules), one_(one), steps_(steps) {}

  void add_all() {
    const bool calls = one_ == 0 || rules_.second_calls;
    if (calls) {
      is().pending.what == What::nothing ? begin() : finish();
    } else {
      act_freely();
    }
    poll();
  }

 private:
  [[nodiscard]] const OneInstallation& is() const {
    return state_.of[static_cast<std::size_t>(one_)];
  }
  OneInstallation& in(State& next) const { return next.of[static_cast<std::size_t>(one_)]; }
  void add(std::string what, State next, bool is_poll = false) {
    if (is_poll && rules_.is_tidy) tidy(next, rules_);
    come_nearer(next, rules_);
    steps_.push_back({id_of(one_) + " " + std::move(what), next});
  }
  [[nodiscard]] bool has_name(int name) const {
    return std::find(is().truth.begin(), is().truth.end(), name) != is().truth.end();
  }

  // Asks, and gets the answer, or does not: both at once.
  void ask(const Request& request, const Pending& then, const std::string& what) {
    Book book = book_of(state_, rules_);
    const Answer answer = decide(request, book, t(state_.now));
    if (!answer.allowed) return;  // nothing changes
    carry_out(request, answer, book, t(state_.now));
    State next = state_;
    store(book, next);
    if (request.act != Act::remove) add(what + ", the answer is lost", next);
    in(next).pending = then;
    in(next).pending.at = then.what == What::nothing ? Tick{0} : state_.now;
    add(what, next);
  }

  void begin() {
    for (std::uint8_t h = 0; h < rules_.hosts_used; ++h) {
      const std::string number = std::to_string(h + 1);
      if (is().truth[h] != 0) {
        State next = state_;
        in(next).truth[h] = 0;
        in(next).pending = {.what = What::removed, .host = h, .name = 0, .at = 0};
        add("removes " + number, next);
      }
      for (std::uint8_t n = 1; n <= names; ++n) {
        if (has_name(n)) continue;
        if (!rules_.has_renames && n != h + 1) continue;
        const std::string name = name_text(n);
        if (is().truth[h] == 0) {
          ask(coordinator::add(id_of(one_), host(h + 1, name)), {What::add, h, n, 0},
              "asks to add " + number + name);
        } else if (rules_.has_renames) {
          ask(coordinator::rename(id_of(one_), h + 1, name), {What::rename, h, n, 0},
              "asks to rename " + number + name);
        }
      }
    }
  }

  void finish() {
    const Pending& pending = is().pending;
    State dropped = state_;
    in(dropped).pending = {};
    add("gives up", dropped);
    const auto number = pending.host + 1;
    if (pending.what == What::removed) {
      return ask(coordinator::remove(id_of(one_), number), {}, "tells of the removal");
    }
    if (rules_.acts_in_time && state_.now > pending.at + rules_.act_within) return;
    State acted = dropped;
    in(acted).truth[pending.host] = pending.name;
    add("acts on " + std::to_string(number) + name_text(pending.name), acted);
  }

  // An installation that does not ask.
  void act_freely() {
    for (std::uint8_t h = 0; h < rules_.hosts_used; ++h) {
      for (std::uint8_t n = 0; n <= names; ++n) {
        if (n == is().truth[h] || (n != 0 && has_name(n))) continue;
        if (!rules_.has_renames && n != 0 && n != h + 1) continue;
        State next = state_;
        in(next).truth[h] = n;
        add("makes " + std::to_string(h + 1) + " " + name_text(n), next);
      }
    }
  }

  void poll() {
    State next = state_;
    if (rules_.has_instant_polls) {
      if (is().listing_started != never && state_.now <= is().listing_started) return;
      in(next).listing_started = in(next).listing_received = state_.now;
      in(next).listed = is().truth;
      return add("is polled", next, true);
    }
    if (is().poll_started == never) {
      in(next).poll_started = state_.now;
      in(next).poll_saw = is().truth;
      return add("is polled", next);
    }
    in(next).poll_started = never;
    in(next).poll_saw = {};
    add("loses the poll", next);
    if (is().listing_started != never && is().poll_started <= is().listing_started) return;
    in(next).listing_started = is().poll_started;
    in(next).listing_received = state_.now;
    in(next).listed = is().poll_saw;
    add("was polled at the beginning", next, true);
    if (is().poll_saw == is().truth) return;
    in(next).listed = is().truth;
    add("was polled at the end", next, true);
  }

  const State& state_;
  const Rules& rules_;
  int one_;
  std::vector<Step>& steps_;
};

}  // namespace

bool operator==(const State& a, const State& b) { return std::memcmp(&a, &b, sizeof a) == 0; }

std::vector<State> beginnings(const Rules& rules) {
  std::vector<State> states;
  std::vector<Names> possible;
  for (std::uint8_t first = 0; first <= names; ++first) {
    for (std::uint8_t second = 0; second <= names; ++second) {
      if (first != 0 && first == second) continue;
      if (!rules.has_renames && (first == 2 || second == 1)) continue;
      if (rules.hosts_used == 1 && second != 0) continue;
      possible.push_back({first, second});
    }
  }
  for (const Names& a : possible) {
    for (const Names& b : possible) {
      State state;
      state.of[0].truth = a;
      state.of[1].truth = b;
      if (!has_two_owners(state) && !has_two_of_a_name(state)) states.push_back(state);
    }
  }
  return states;
}

std::vector<Step> steps(const State& state, const Rules& rules) {
  std::vector<Step> all;
  for (int one = 0; one < installations; ++one) Stepper(state, rules, one, all).add_all();
  State later = state;
  ++later.now;
  come_nearer(later, rules);
  all.push_back({"time passes", later});
  if (rules.is_tidy) return all;
  State tidied = state;
  tidy(tidied, rules);
  come_nearer(tidied, rules);
  all.push_back({"the monitor runs", tidied});
  return all;
}

bool has_two_owners(const State& state) {
  for (std::size_t h = 0; h < hosts; ++h) {
    if (state.of[0].truth[h] != 0 && state.of[1].truth[h] != 0) return true;
  }
  return false;
}

bool has_two_of_a_name(const State& state) {
  for (const std::uint8_t a : state.of[0].truth) {
    for (const std::uint8_t b : state.of[1].truth) {
      if (a != 0 && a == b) return true;
    }
  }
  return false;
}

bool are_two_allowed(const State& state, const Rules& rules) {
  const Book book = book_of(state, rules);
  for (int which = 0; which < hosts; ++which) {
    const auto is_allowed = [&](int one) {
      return is_granted(book.facts(key_in(one, which)),
                        book.members()[static_cast<std::size_t>(one)]);
    };
    if (is_allowed(0) && is_allowed(1)) return true;
  }
  return false;  // a name is one row: that it is another's, too, cannot even be written down
}

State when_all_are_polled(const State& state, const Rules& rules) {
  State polled = state;
  polled.now = static_cast<Tick>(polled.now + rules.act_within + 1);  // later than every word
  for (OneInstallation& is : polled.of) {
    is.listing_started = is.listing_received = polled.now;
    is.listed = is.truth;
  }
  return polled;
}

bool sees_conflict(const State& state, const Rules& rules) {
  const Book book = book_of(state, rules);
  for (Inv inv = 1; inv <= hosts; ++inv) {
    if (holders_of_inv(1, inv, book).size() > 1) return true;
  }
  for (int n = 1; n <= names; ++n) {
    std::set<std::int64_t> numbers;
    for (const Key key : holders_of_name(name_text(n), book)) numbers.insert(number_of(key));
    if (numbers.size() > 1) return true;
  }
  return false;
}

namespace {

State with_installations_swapped(State state) {
  std::swap(state.of[0], state.of[1]);
  for (std::uint8_t& holder : state.name_holder) {
    if (holder != 0)
      holder = static_cast<std::uint8_t>(holder > hosts ? holder - hosts : holder + hosts);
  }
  return state;
}

State with_hosts_swapped(State state) {
  for (OneInstallation& is : state.of) {
    for (Names* of :
         {&is.truth, &is.poll_saw, &is.listed, &is.claim_state, &is.claim_name, &is.claim_told}) {
      std::swap((*of)[0], (*of)[1]);
    }
    if (is.pending.what != What::nothing) is.pending.host ^= 1U;
  }
  for (std::uint8_t& holder : state.name_holder) {
    if (holder != 0) holder = static_cast<std::uint8_t>(((holder - 1) ^ 1) + 1);
  }
  return state;
}

State with_names_swapped(State state) {
  const auto swap = [](std::uint8_t& name) {
    if (name != 0) name = static_cast<std::uint8_t>(3 - name);
  };
  for (OneInstallation& is : state.of) {
    for (Names* of : {&is.truth, &is.poll_saw, &is.listed, &is.claim_name}) {
      for (std::uint8_t& name : *of) swap(name);
    }
    swap(is.pending.name);
  }
  std::swap(state.name_holder[0], state.name_holder[1]);
  std::swap(state.name_told[0], state.name_told[1]);
  return state;
}

void keep_less(State& least, const State& other) {
  if (std::memcmp(&other, &least, sizeof least) < 0) least = other;
}

}  // namespace

State representative(const State& state, const Rules& rules) {
  State least = state;
  std::vector<State> alike{state};
  if (rules.second_calls) alike.push_back(with_installations_swapped(state));
  for (const State& one : alike) {
    keep_less(least, one);
    const State other = with_names_swapped(one);
    if (rules.has_renames) keep_less(least, other);
    if (rules.hosts_used == 1) continue;
    // Without renames, host and name are one thing.
    if (rules.has_renames) keep_less(least, with_hosts_swapped(one));
    keep_less(least, with_hosts_swapped(other));
  }
  return least;
}

std::string described(const State& state) {
  std::string text = "now " + std::to_string(state.now);
  for (int one = 0; one < installations; ++one) {
    const OneInstallation& is = state.of[static_cast<std::size_t>(one)];
    text += "; " + id_of(one) + " has";
    for (std::size_t h = 0; h < hosts; ++h) {
      text += " " + std::to_string(h + 1) + "=" + name_text(is.truth[h]) + "(listed " +
              name_text(is.listed[h]) + ", claim " + std::to_string(is.claim_state[h]) +
              name_text(is.claim_name[h]) + "@" + std::to_string(is.claim_told[h]) + ")";
    }
    text += " listing " + std::to_string(is.listing_started);
  }
  return text;
}

}  // namespace vitals::coordinator::model

std::size_t std::hash<vitals::coordinator::model::State>::operator()(
    const vitals::coordinator::model::State& state) const noexcept {
  return std::hash<std::string_view>{}({reinterpret_cast<const char*>(&state), sizeof state});
}
