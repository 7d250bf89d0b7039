// Typed editors of the Config table: a choice for booleans and enumerations, a checked line for numbers, durations, sizes
// and the rest. What does not parse stays open with the reason; it never reaches the host.
#pragma once

#include <functional>
#include <QString>

#include "panels/kit/table.h"
#include "workbench/host/views.h"

namespace panels::config {

// Empty when `text` fits the type, else what is wrong and what would be right.
QString check_value(const workbench::host::ConfigRow& row, const QString& text);

class ConfigDelegate final : public kit::CellDelegate {
  Q_OBJECT
 public:
  using Lookup = std::function<const workbench::host::ConfigRow*(const QString& key)>;
  ConfigDelegate(Lookup lookup, QObject* parent);
  QWidget* createEditor(QWidget* parent, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
  void setEditorData(QWidget* editor, const QModelIndex& index) const override;
  void setModelData(QWidget* editor, QAbstractItemModel* model, const QModelIndex& index) const override;
  void updateEditorGeometry(QWidget* editor, const QStyleOptionViewItem& option, const QModelIndex& index) const override;

 Q_SIGNALS:
  void edited(const QString& key, const QString& text) const;

 protected:
  bool eventFilter(QObject* editor, QEvent* event) override;

 private:
  Lookup lookup_;
};

}  // namespace panels::config
