// The Services table: one row per server, and under a server that could not take its port a row with the way out.
#pragma once

#include <vector>

#include "panels/kit/table.h"
#include "workbench/host/views.h"

namespace panels::services {

class ServiceModel final : public kit::TableModel {
  Q_OBJECT
 public:
  enum Column { State, Service, Kind, Address, Uptime, Rate, Spark, P99, Errors, Middleware, Act, More, kColumns };
  explicit ServiceModel(QObject* parent = nullptr);
  void set(const std::vector<workbench::host::ServiceRow>& rows);
  const workbench::host::ServiceRow* server(int row) const;   // nullptr for a row with a way out
  bool is_fix(int row) const { return lines_[std::size_t(row)].fix; }
  const workbench::host::ServiceRow& server_of(int row) const { return rows_[lines_[std::size_t(row)].server]; }
  Qt::ItemFlags flags(const QModelIndex& index) const override;
  // The chip of the Middleware cell under a point, "+4" for the rest; empty beside them.
  QString chip_at(int row, const QRect& cell_rect, const QPoint& at) const;
  static QString key_of(const workbench::host::ServiceRow& row);

 protected:
  kit::Cell cell(int row, int column) const override;
  QColor row_tint(int row) const override;

 private:
  struct Line {
    std::size_t server;
    bool fix;
  };
  std::vector<workbench::host::ServiceRow> rows_;
  std::vector<Line> lines_;
};

QString rate_text(double per_s);
QString ms_text(std::int64_t ns);
QString us_text(std::int64_t ns);

}  // namespace panels::services
