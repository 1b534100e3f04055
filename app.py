from roadmapfit.app.main import main
main()
