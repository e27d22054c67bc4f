// SPDX-License-Identifier: Apache-2.0
#include "soundness/soundness_words.h"

#include <algorithm>

#include "absl/strings/str_format.h"
#include "text/bridge.h"
#include "vitals/text_time.h"

namespace vitals {
namespace {

std::string with_blanks(std::string_view text) {
  std::string name(text);
  std::replace(name.begin(), name.end(), '_', ' ');
  return name;
}

}  // namespace

std::string tell_number(double number) {
  if (number == 0) return "0";
  return absl::StrFormat("%.*f", number < 1 ? 2 : number < 100 ? 1 : 0, number);
}

double part_of(std::uint64_t seen, std::uint64_t of, double so_many) {
  return of == 0 ? 0 : static_cast<double>(seen) / static_cast<double>(of) * so_many;
}

std::string tell(Assumption assumption) {
  return with_blanks(assumption_names[static_cast<std::size_t>(assumption)]);
}
std::string tell(Belief belief) {
  return with_blanks(belief_names[static_cast<std::size_t>(belief)]);
}
std::string tell(Mishap mishap) {
  return with_blanks(mishap_names[static_cast<std::size_t>(mishap)]);
}

std::string_view tell_circumstance(Assumption assumption) {
  switch (assumption) {
    case Assumption::propagation:
      return "results take up to so long to Juggler";
    case Assumption::delivery:
      return "pushes take so long to us";
    case Assumption::active_time_to_live:
      return "pongers die about each repair";
    case Assumption::passive_time_to_live:
      return "agents come up late after each repair";
    case Assumption::ponger_memory:
      return "pongers are away for so long about each repair";
    case Assumption::juggler_clock:
      return "Juggler's clock is ahead by so much";
    case Assumption::host_clock:
      return "every host's clock is ahead by so much";
    case Assumption::defaults:
      break;
  }
  return "new agents say OK unmeasured for so long";
}

std::string_view failing(Kind kind) { return kind == Kind::rack ? "rack" : "switch"; }

std::string tell_bound(const BrokenAssumption& broken) {
  std::string out = broken.stated ? cat(format_duration(*broken.stated), " stated, ") : "";
  if (broken.bound < Seconds{0}) {
    return cat(out, "never holds: ", format_duration(-broken.bound), " too much at 0s");
  }
  if (broken.stated && *broken.stated > broken.bound) out += "BROKEN: ";
  return cat(out, "holds up to ", format_duration(broken.bound));
}

bool depends_on(Belief belief, Assumption assumption) {
  const bool by_status = belief == Belief::status;
  const bool by_active = belief == Belief::active_receipt;
  const bool by_passive = belief == Belief::passive_receipt;
  switch (assumption) {
    case Assumption::propagation:
      return by_status || by_active || by_passive;
    case Assumption::delivery:
      return by_active || by_passive;
    case Assumption::active_time_to_live:
      return by_active;
    case Assumption::passive_time_to_live:
      return by_passive;
    case Assumption::ponger_memory:
      return by_status || by_active;
    case Assumption::juggler_clock:
      return by_status;
    case Assumption::host_clock:
      return belief == Belief::metadata;
    case Assumption::defaults:
      break;
  }
  return belief == Belief::unmeasured;
}

std::optional<Seconds> mean_wait(const Accusations& found, Settling settling, LeftOut left_out) {
  const auto i = static_cast<std::size_t>(settling);
  const auto j = static_cast<std::size_t>(left_out);
  if (found.accused[i][j] == 0) return std::nullopt;
  return found.waited[i][j] / static_cast<std::int64_t>(found.accused[i][j]);
}

}  // namespace vitals
