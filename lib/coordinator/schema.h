// SPDX-License-Identifier: Apache-2.0
// The tables. Moments are Unix seconds, installations are numbered by `installations`, BOTs by
// `bots`. docs/coordinator.md tells what each is for.
#ifndef VITALS_LIB_COORDINATOR_SCHEMA_H
#define VITALS_LIB_COORDINATOR_SCHEMA_H

#include <array>

#include "sql/migrate.h"

namespace vitals::coordinator {

// What must never happen twice is said by `claims_held`: an inventory number is promised to one
// installation; and by the primary key of `claimed_names`: a name is.
inline constexpr std::array<sql::Migration, 1> migrations{R"(
CREATE TABLE bots (
  number {serial},
  id TEXT NOT NULL UNIQUE
) {end};

CREATE TABLE installations (
  number {serial},
  id TEXT NOT NULL UNIQUE,
  bot {integer} NOT NULL REFERENCES bots (number),
  poll {integer} NOT NULL DEFAULT 0,
  started_at {integer},
  received_at {integer},
  hosts {integer} NOT NULL DEFAULT 0,
  applying {integer},
  applying_since {integer},
  held_back_at {integer},
  held_back_lost {integer} NOT NULL DEFAULT 0,
  may_shrink {integer} NOT NULL DEFAULT 0
) {end};

CREATE TABLE polls (
  poll {serial},
  installation {integer} NOT NULL REFERENCES installations (number),
  received_at {integer} NOT NULL
) {end};

CREATE TABLE claims (
  key {integer} NOT NULL PRIMARY KEY,
  bot {integer} NOT NULL,
  inv {integer} NOT NULL,
  state {integer} NOT NULL,
  name TEXT,
  uuid TEXT,
  host_type {integer} NOT NULL,
  excluded {integer} NOT NULL,
  since {integer} NOT NULL,
  told_at {integer} NOT NULL,
  moved_to {integer} NOT NULL
) {end};
CREATE UNIQUE INDEX claims_held ON claims (bot, inv) WHERE state = 0;
CREATE INDEX claims_uuid ON claims (uuid) WHERE uuid IS NOT NULL;

CREATE TABLE claimed_names (
  name TEXT NOT NULL PRIMARY KEY,
  key {integer} NOT NULL,
  told_at {integer} NOT NULL
) {clustered};
CREATE INDEX claimed_names_key ON claimed_names (key);

CREATE TABLE sightings (
  key {integer} NOT NULL,
  from_poll {integer} NOT NULL,
  until_poll {integer} NOT NULL,
  name TEXT,
  uuid TEXT,
  host_type {integer} NOT NULL,
  excluded {integer} NOT NULL,
  since {integer} NOT NULL,
  PRIMARY KEY (key, from_poll)
) {clustered};
CREATE INDEX sightings_ended ON sightings (until_poll) WHERE until_poll < 4611686018427387904;

CREATE TABLE sighted_names (
  name TEXT NOT NULL,
  key {integer} NOT NULL,
  from_poll {integer} NOT NULL,
  PRIMARY KEY (name, key, from_poll)
) {clustered};

CREATE TABLE sighted_uuids (
  uuid TEXT NOT NULL,
  key {integer} NOT NULL,
  from_poll {integer} NOT NULL,
  PRIMARY KEY (uuid, key, from_poll)
) {clustered};

CREATE TABLE orphans (
  id {serial},
  bot {integer} NOT NULL,
  inv {integer} NOT NULL,
  installation {integer},
  name TEXT,
  uuid TEXT,
  since {integer} NOT NULL,
  how {integer} NOT NULL,
  UNIQUE (bot, inv)
) {end};

CREATE TABLE conflicts (
  id {serial},
  shared {integer} NOT NULL,
  bot {integer} NOT NULL,
  value TEXT NOT NULL,
  since {integer} NOT NULL,
  noticed_at {integer} NOT NULL,
  UNIQUE (shared, bot, value)
) {end};

CREATE TABLE journal (
  number {serial},
  at {integer} NOT NULL,
  happened {integer} NOT NULL,
  installation {integer},
  asked_by TEXT,
  inv {integer} NOT NULL,
  name TEXT,
  uuid TEXT,
  host_type {integer} NOT NULL,
  excluded {integer} NOT NULL,
  new_name TEXT,
  new_inv {integer} NOT NULL,
  allowed {integer} NOT NULL,
  why {integer},
  holder {integer},
  holder_inv {integer},
  holder_name TEXT,
  holder_since {integer},
  holder_poll {integer},
  holder_seen_at {integer},
  holder_stale_at {integer},
  note TEXT
) {end};
CREATE INDEX journal_refusals ON journal (number) WHERE allowed = 0;
)"};

}  // namespace vitals::coordinator

#endif  // VITALS_LIB_COORDINATOR_SCHEMA_H
