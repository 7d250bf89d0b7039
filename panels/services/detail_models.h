// The tabs under the Services table: what one service is made of.
#pragma once

#include <vector>

#include "panels/kit/table.h"
#include "panels/services/onion.h"
#include "workbench/host/views.h"

namespace panels::services {

class RouteModel final : public kit::TableModel {
  Q_OBJECT
 public:
  enum Column { Method, Path, Steps, Place };
  explicit RouteModel(QObject* parent = nullptr);
  void set(const std::vector<workbench::host::RouteView>& routes);
  const workbench::host::RouteView& at(int row) const { return routes_[std::size_t(row)]; }

 protected:
  kit::Cell cell(int row, int column) const override;

 private:
  std::vector<workbench::host::RouteView> routes_;
};

// The chain, outermost first, then the handler. Costs are those of the traces kept.
class MiddlewareModel final : public kit::TableModel {
  Q_OBJECT
 public:
  enum Column { Grip, Number, On, Step, Options, P50, P99, Share, Stops, Onion, kColumns };
  struct Line {
    workbench::host::MiddlewareView view;
    workbench::recorder::StepCost cost;
    bool handler = false, known = false;
    OnionRing ring;
  };
  explicit MiddlewareModel(QObject* parent = nullptr);
  void set(const workbench::host::ServiceDetail& detail, double minutes, const QColor& color);
  const Line& at(int row) const { return lines_[std::size_t(row)]; }
  int steps() const;
  double chain_share() const;    // of the whole time, 0…1

 protected:
  kit::Cell cell(int row, int column) const override;

 private:
  std::vector<Line> lines_;
  double minutes_ = 1;
  QColor color_;
};

class InUseModel final : public kit::TableModel {   // config in use
  Q_OBJECT
 public:
  explicit InUseModel(QObject* parent = nullptr);
  void set(const workbench::host::ServiceDetail& detail, const workbench::host::ConfigTable& table);

 protected:
  kit::Cell cell(int row, int column) const override;

 private:
  struct Line {
    QString key, value, layer;
    bool live;
  };
  std::vector<Line> lines_;
};

class InstanceModel final : public kit::TableModel {
  Q_OBJECT
 public:
  explicit InstanceModel(QObject* parent = nullptr);
  void set(const std::vector<workbench::host::InstanceView>& instances);

 protected:
  kit::Cell cell(int row, int column) const override;

 private:
  std::vector<workbench::host::InstanceView> instances_;
};

class ErrorModel final : public kit::TableModel {
  Q_OBJECT
 public:
  explicit ErrorModel(QObject* parent = nullptr);
  void set(const std::vector<workbench::recorder::Event>& errors);

 protected:
  kit::Cell cell(int row, int column) const override;

 private:
  std::vector<workbench::recorder::Event> errors_;
};

}  // namespace panels::services
