// SPDX-License-Identifier: Apache-2.0
// The facts that some decisions depend on, in memory, and what the decisions changed of them.
#ifndef VITALS_LIB_COORDINATOR_BOOK_H
#define VITALS_LIB_COORDINATOR_BOOK_H

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "coordinator/facts.h"
#include "vitals/coordinator/findings.h"

namespace vitals::coordinator {

// A permission that ended because a later listing does not bear it out.
struct Lapse {
  Key key = 0;
  Claim claim{};       // that ended, unless a name did
  std::string name{};  // that ended; empty: the whole claim did
};

class Book {
 public:
  explicit Book(std::vector<Member> members);

  [[nodiscard]] const std::vector<Member>& members() const { return members_; }
  [[nodiscard]] const Member* find_member(std::string_view id) const;
  [[nodiscard]] const Member* member_of(Key key) const;  // null: not of this configuration

  // Facts as they are stored; of what was not put in, there are none.
  [[nodiscard]] const Facts& facts(Key key) const;
  [[nodiscard]] const NameClaim* name_claim(std::string_view name) const;
  // The keys of hosts whose sightings bear the name.
  [[nodiscard]] const std::set<Key>& sighted_as(std::string_view name) const;
  [[nodiscard]] std::vector<std::string> names_of(Key key) const;  // that are claimed

  // Puts in what is stored.
  void load_claim(Key key, Claim claim) { facts_[key].claim = std::move(claim); }
  void load_sighting(Key key, Sighting sighting);
  void load_name(const std::string& name, NameClaim claim) { load_names()[name] = claim; }

  // Changes, of which a note is kept.
  void claim(Key key, Claim claim);
  void claim_name(const std::string& name, NameClaim claim);
  void lapse(Key key);  // with its names
  void lapse_name(const std::string& name);
  void unclaim_names(Key key);
  void depart(Key key, const Host& host, Timestamp since, Departure how);

  // What was changed, for whoever writes it down: the claims and names that were stored before,
  // and the departures.
  struct Gone {
    Key key = 0;
    Host host{};
    Timestamp since{};
    Departure how = Departure::removed;
  };
  [[nodiscard]] const std::set<Key>& changed_claims() const { return changed_claims_; }
  [[nodiscard]] const std::map<std::string, std::optional<NameClaim>, std::less<>>& names_before()
      const {
    return names_before_;
  }
  [[nodiscard]] const std::map<Key, Gone>& departures() const { return departures_; }
  [[nodiscard]] std::vector<Lapse> take_lapses() { return std::exchange(lapses_, {}); }

 private:
  using Names = std::map<std::string, NameClaim, std::less<>>;
  Names& load_names() { return names_; }
  void note_name(const std::string& name);

  std::vector<Member> members_;
  std::map<Key, Facts> facts_;
  Names names_;
  std::map<std::string, std::set<Key>, std::less<>> sighted_names_;

  std::set<Key> changed_claims_;
  std::map<std::string, std::optional<NameClaim>, std::less<>> names_before_;
  std::map<Key, Gone> departures_;
  std::vector<Lapse> lapses_;
};

}  // namespace vitals::coordinator

#endif  // VITALS_LIB_COORDINATOR_BOOK_H
