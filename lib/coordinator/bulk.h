// SPDX-License-Identifier: Apache-2.0
// How much is written without keeping decisions waiting: in chunks, which nobody sees before one
// short transaction at the end makes them count.
#ifndef VITALS_LIB_COORDINATOR_BULK_H
#define VITALS_LIB_COORDINATOR_BULK_H

#include <memory>
#include <utility>

#include "absl/status/status.h"
#include "coordinator/writer.h"
#include "sql/sql.h"

namespace vitals::coordinator {

// SQLite has room for one writer, so chunks go through the writer's thread, between decisions.
// PostgreSQL takes them over a connection of their own, beside it.
class Bulk {
 public:
  Bulk(Writer& writer, std::unique_ptr<sql::Connection> own)
      : writer_(writer), own_(std::move(own)) {}

  // A chunk: on disk when a later transaction of the writer is.
  absl::Status write(Writer::Work work) {
    if (own_ == nullptr) return writer_.run(sql::Begin::lazy, work);
    auto transaction = sql::Transaction::begin(*own_, sql::Begin::lazy);
    if (!transaction.ok()) return transaction.status();
    const absl::Status status = work(*own_);
    return status.ok() ? transaction->commit() : status;
  }

  // What decisions depend on.
  absl::Status decide(Writer::Work work) { return writer_.run(sql::Begin::write, work); }

 private:
  Writer& writer_;
  std::unique_ptr<sql::Connection> own_;  // null: there is none
};

}  // namespace vitals::coordinator

#endif  // VITALS_LIB_COORDINATOR_BULK_H
