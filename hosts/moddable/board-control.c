/*
 * Restart and watchdog of an ESP32. The SDK has its sdkconfigs switch ESP-IDF's watchdogs off, so this one is a timer of
 * ESP-IDF's (esp_timer, ESP-IDF Programming Guide, "ESP Timer"): it is called from a task of its own, whose priority is
 * above that of the task in which XS runs. A program that hangs is restarted; a chip whose interrupts are off is not.
 */
#include "xsmc.h"
#include "esp_attr.h"
#include "esp_system.h"
#include "esp_timer.h"

/* Not touched by a restart; anything but this is what power-on left there. */
#define BITTEN 0x62697474u

static RTC_NOINIT_ATTR uint32_t gWatchdogBitten;
static esp_timer_handle_t gWatchdog;

static void bite(void *unused)
{
	(void)unused;
	gWatchdogBitten = BITTEN;
	esp_restart();
}

void xs_board_feed_watchdog(xsMachine *the)
{
	uint64_t timeout = (uint64_t)xsmcToInteger(xsArg(0)) * 1000;

	if (!gWatchdog) {
		esp_timer_create_args_t arguments = { .callback = bite, .name = "watchdog" };
		if (ESP_OK != esp_timer_create(&arguments, &gWatchdog))
			xsUnknownError("no watchdog");
	}
	/* Refused while it does not run: the first time. */
	esp_timer_stop(gWatchdog);
	esp_timer_start_once(gWatchdog, timeout);
}

void xs_board_stop_watchdog(xsMachine *the)
{
	(void)the;
	if (gWatchdog)
		esp_timer_stop(gWatchdog);
}

void xs_board_watchdog_has_bitten(xsMachine *the)
{
	xsmcSetBoolean(xsResult, BITTEN == gWatchdogBitten);
	gWatchdogBitten = 0;
}

void xs_board_restart(xsMachine *the)
{
	(void)the;
	esp_restart();
}
