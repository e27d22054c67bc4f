// SPDX-License-Identifier: Apache-2.0
// The decision: what a request is answered, given the facts, and what that makes of them.
//
// decide() is a pure function of the request, the book and `now`; carry_out() writes into the book
// what follows from an answer. Storage, threads and time are other people's business, so that the
// whole design can be looked at exhaustively.
#ifndef VITALS_LIB_COORDINATOR_DECIDE_H
#define VITALS_LIB_COORDINATOR_DECIDE_H

#include "coordinator/book.h"
#include "vitals/coordinator/request.h"

namespace vitals::coordinator {

// Answers a request that check() accepts. The book must hold whatever is stored of its inventory
// numbers and names in all installations, and of the hosts that bear these names.
[[nodiscard]] Answer decide(const Request& request, const Book& book, Timestamp now);

// Changes the book as that answer demands.
void carry_out(const Request& request, const Answer& answer, Book& book, Timestamp now);

// Ends whatever was told of a host and is overtaken by its installation's listing; `name` likewise.
void lapse_if_overtaken(Key key, Book& book, Timestamp now);
void lapse_name_if_overtaken(const std::string& name, Book& book);

// The installations that have a host of that inventory number in that BOT, or of that name, now:
// the keys of those hosts.
[[nodiscard]] std::vector<Key> holders_of_inv(std::int64_t bot, Inv inv, const Book& book);
[[nodiscard]] std::vector<Key> holders_of_name(std::string_view name, const Book& book);

}  // namespace vitals::coordinator

#endif  // VITALS_LIB_COORDINATOR_DECIDE_H
