// SPDX-License-Identifier: Apache-2.0
// The tables. Moments are Unix seconds, periods are seconds, commands and members are JSON lists of
// texts.
#ifndef VITALS_LIB_AUDIT_SCHEMA_H
#define VITALS_LIB_AUDIT_SCHEMA_H

#include <array>

#include "sql/migrate.h"

namespace vitals::audit {

// The table that counts the migrations.
inline constexpr std::string_view schema_versions = "audit_schema_version";

// `network_switch` and `rack`: null is unstated, an empty text says that there is none.
// `audit_records.disabled` is one pair's own; what an audit says stands in `audits`. `run_again` is
// set where a run is asked for while one goes on; at `told_at` the latest result came.
// `audit_wishes` has one row: what is asked of all engines, and a number that grows whenever they
// should look at the records anew. What must never happen twice: `repairs_under_way`, two repairs
// at once on a host.
inline constexpr std::array<sql::Migration, 3> migrations{R"(
CREATE TABLE hosts (
  id {serial},
  name TEXT NOT NULL UNIQUE,
  ip_address TEXT,
  network_switch TEXT,
  rack TEXT
) {end};

CREATE TABLE host_groups (
  id {serial},
  name TEXT NOT NULL UNIQUE,
  repairs_at_once {integer} NOT NULL DEFAULT 1,
  repairs_in_percent {integer} NOT NULL DEFAULT 0
) {end};

CREATE TABLE group_hosts (
  group_name TEXT NOT NULL,
  host TEXT NOT NULL,
  PRIMARY KEY (group_name, host)
) {clustered};

CREATE TABLE audits (
  id {serial},
  owner TEXT NOT NULL,
  name TEXT NOT NULL,
  run_every {integer} NOT NULL,
  command TEXT NOT NULL,
  timeout {integer} NOT NULL DEFAULT 60,
  disabled {integer} NOT NULL DEFAULT 0,
  disabled_reason TEXT NOT NULL DEFAULT '',
  repair_command TEXT,
  repair_timeout {integer} NOT NULL DEFAULT 300,
  repair_again_after {integer} NOT NULL DEFAULT 3600,
  repair_enabled {integer} NOT NULL DEFAULT 0,
  UNIQUE (owner, name)
) {end};

CREATE TABLE audit_records (
  id {serial},
  host TEXT NOT NULL,
  ip_address TEXT,
  audit_name TEXT NOT NULL,
  run_every {integer} NOT NULL,
  next_run {integer},
  created_at {integer} NOT NULL,
  updated_at {integer} NOT NULL,
  disabled {integer} NOT NULL DEFAULT 0,
  disabled_reason TEXT NOT NULL DEFAULT '',
  status TEXT NOT NULL DEFAULT 'new',
  run_again {integer} NOT NULL DEFAULT 0,
  claim {integer} NOT NULL DEFAULT 0,
  claimed_by TEXT,
  claimed_until {integer},
  result TEXT,
  status_since {integer},
  exit_code {integer},
  output TEXT,
  started_at {integer},
  finished_at {integer},
  finished_by TEXT,
  UNIQUE (host, audit_name)
) {end};

CREATE TABLE repairs (
  id {serial},
  host TEXT NOT NULL,
  audit_name TEXT NOT NULL,
  engine TEXT NOT NULL,
  began_at {integer} NOT NULL,
  claimed_until {integer} NOT NULL,
  ended_at {integer},
  exit_code {integer}
) {end};
CREATE UNIQUE INDEX repairs_under_way ON repairs (host) WHERE ended_at IS NULL;
CREATE INDEX repairs_of_host ON repairs (host, audit_name, began_at);

CREATE INDEX repairs_ended ON repairs (ended_at);

CREATE TABLE audit_wishes (
  number {integer} NOT NULL,
  paused {integer} NOT NULL,
  reason TEXT NOT NULL
) {end};
INSERT INTO audit_wishes (number, paused, reason) VALUES (0, 0, '');

CREATE TABLE engines (
  name TEXT NOT NULL PRIMARY KEY,
  seen_at {integer} NOT NULL
) {end};
)",
                                                          R"(
CREATE TABLE class_needs (
  owner TEXT NOT NULL,
  class_name TEXT NOT NULL,
  members TEXT NOT NULL,
  PRIMARY KEY (owner, class_name)
) {clustered};
)",
                                                          R"(
ALTER TABLE audit_records ADD COLUMN told_at {integer};
UPDATE audit_records SET told_at = finished_at;
CREATE INDEX audit_records_told ON audit_records (told_at);
)"};

}  // namespace vitals::audit

#endif  // VITALS_LIB_AUDIT_SCHEMA_H
