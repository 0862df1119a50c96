#pragma once

#include "rules/suggest.h"
